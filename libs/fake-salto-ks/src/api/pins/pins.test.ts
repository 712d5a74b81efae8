import { demo } from '../../demo-seed.ts';
import { handClock, startFake, type FakeUnderTest } from '../../testing/fake-under-test.ts';

async function withUser(test: FakeUnderTest) {
  const { id } = await test.createUser();
  return { id, setPin: (body: object = {}) => test.paris('PUT', `users/${id}/pin`, body) };
}

const allowCustomPins = (test: FakeUnderTest) =>
  test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { features: ['custom_pin'] });

describe('PUT /v1.2/sites/{site}/users/{user}/pin', () => {
  it('answers nothing but six digits, others each time, that can be asked for and not read', async () => {
    await using test = await startFake();
    const { id, setPin } = await withUser(test);
    const first = await setPin();
    expect(first).toMatchObject({ status: 200, body: expect.stringMatching(/^\d{6}$/) as string });
    const expiry_date = '2030-01-01T00:00:00Z';
    expect((await setPin({ expiry_date })).body).not.toBe(first.body);
    expect((await test.paris('GET', `users/${id}/keys`)).body).toMatchObject({
      items: [{ type: 'pin', key_identifier: 'pin', expiry_date, offline_access: false }],
    });
    expect((await test.paris('GET', `users/${id}/pin`)).status).toBe(405);
  });

  it('answers a JSON string, or plain text by setting', async () => {
    await using test = await startFake();
    const { setPin } = await withUser(test);
    expect((await setPin()).headers.get('content-type')).toContain('application/json');
    test.fake.set({ pin_answer: 'plain_text' });
    const plain = await setPin();
    expect(plain.headers.get('content-type')).toContain('text/plain');
    expect(plain.body).toMatch(/^\d{6}$/);
  });

  it('keeps leading zeros', async () => {
    await using test = await startFake();
    await allowCustomPins(test);
    const { id } = await withUser(test);
    expect((await test.paris('PUT', `users/${id}/pin/custom`, { pin: '000042' })).body).toBe('000042');
  });

  it('is 403 2203 until the user has spread, and 404 2202 for the platform id', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { user_spread_seconds: 60 } });
    const { id, user } = await test.createUser();
    const setPin = (userId: string) => test.paris('PUT', `users/${userId}/pin`, {});
    expect(await setPin(id)).toMatchObject({ status: 403, body: { ErrorCode: 2203 } });
    expect(await setPin(user.id)).toMatchObject({ status: 404, body: { ErrorCode: 2202 } });
    clock.advanceSeconds(60);
    expect((await setPin(id)).status).toBe(200);
  });

  it('lets one choose the PIN only with the feature, and only a free one', async () => {
    await using test = await startFake();
    const { id } = await withUser(test);
    const choose = (userId: string, pin: string) => test.paris('PUT', `users/${userId}/pin/custom`, { pin });
    expect((await choose(id, '123456')).status).toBe(403);
    await allowCustomPins(test);
    expect((await choose(id, '123456')).status).toBe(200);
    expect((await choose(id, '123456')).status).toBe(200);
    const other = await test.createUser();
    expect((await choose(other.id, '123456')).status).toBe(400);
    expect((await choose(other.id, '12345')).status).toBe(400);
  });

  it('gives none on a site without PINs', async () => {
    await using test = await startFake();
    const { setPin } = await withUser(test);
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { pin_enabled: false });
    expect((await setPin()).status).toBe(403);
  });
});

describe('GET /v1.2/sites/{site}/users/{user}/keys', () => {
  it('lists a tag that was assigned, and nothing for somebody without a key', async () => {
    await using test = await startFake();
    const { id } = await withUser(test);
    expect((await test.paris('GET', `users/${id}/keys`)).body).toMatchObject({ items: [] });
    await test.paris('PATCH', `users/${id}`, { tag_id: 'tag-1', toggle_easy_office_mode: true });
    expect((await test.paris('GET', `users/${id}/keys`)).body).toMatchObject({
      items: [{ type: 'tag', key_identifier: 'tag-1' }],
    });
  });
});
