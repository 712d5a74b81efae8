import { demo } from '../../demo-seed.ts';
import { otpAt } from '../../door/otp.ts';
import type { FakeSaltoKsOptions } from '../../fake-salto-ks.ts';
import { handClock, startFake, type FakeUnderTest } from '../../testing/fake-under-test.ts';

const iq = `iqs/${demo.paris.iq}`;
const { roomA } = demo.paris.locks;

const unlock = (test: FakeUnderTest, otp?: string, version: 'v1.1' | 'v1.2' = 'v1.2') =>
  test.paris(
    'PATCH',
    `locks/${roomA}/locking`,
    { locked_state: 'unlocked', ...(otp !== undefined && { otp }) },
    version,
  );

async function mailedPin(test: FakeUnderTest): Promise<string> {
  await test.paris('GET', `${iq}/pin?send_email=true`);
  const { body } = await test.request('GET', `/_fake/mails?to=${demo.administrator.email}`);
  return (body as { items: { pin: string }[] }).items.at(-1)?.pin ?? '';
}

/** A fake whose administrator activated the IQ; `otp()` is a good code of now. */
async function activated(delta = '0000', options: FakeSaltoKsOptions = {}) {
  const clock = handClock('2026-03-02T10:00:00Z');
  const test = await startFake({ now: clock.now, ...options });
  const { secret } = (await test.paris('GET', `${iq}/secret`)).body as { secret: string };
  const pin = await mailedPin(test);
  const otp = () => otpAt(clock.now(), secret, pin);
  const answer = await test.paris('PUT', `${iq}/pin`, { otp: otp(), delta });
  return { test, clock, otp, pin, secret, answer };
}

describe('PATCH …/locks/{lock}/locking', () => {
  it('opens with a code once the IQ is activated, and the entry says that it was remote', async () => {
    const { test, clock, otp, answer } = await activated();
    await using _ = test;
    expect(answer.status).toBe(204);
    expect(await unlock(test, otp())).toMatchObject({ status: 200, body: { locked_state: 'unlocked' } });
    expect((await unlock(test, otp(), 'v1.1')).status).toBe(200);
    expect(test.fake.state.entries.ofSite(demo.paris.id)).toMatchObject([
      { event_category: 'lock_opened', access_by: 'remote', user_id: demo.administrator.id },
      { access_by: 'remote' },
    ]);
    clock.advanceSeconds(6);
    expect((await test.paris('GET', `locks/${roomA}`)).body).toMatchObject({ locked_state: 'locked' });
  });

  it('wants a code, an activation, and the three steps in their order', async () => {
    await using test = await startFake();
    expect(await unlock(test)).toMatchObject({ status: 404, body: { ErrorCode: '2202', Message: 'Otp is invalid' } });
    expect(await unlock(test, '12345')).toMatchObject({ status: 404, body: { ErrorCode: 3104 } });
    await test.paris('GET', `${iq}/secret`);
    expect(await unlock(test, '12345')).toMatchObject({ body: { Message: 'pin_not_changed' } });
    const mine = `/v1.2/me/${demo.paris.id}/activated_iqs`;
    expect((await test.request('GET', mine)).body).toMatchObject({ items: [{ activated: false }] });
    expect(await test.paris('PUT', `${iq}/pin`, { otp: '12345', delta: '0000' })).toMatchObject({ status: 404 });
  });

  it('gives secret and PIN out no more once activated', async () => {
    const { test } = await activated();
    await using _ = test;
    expect(await test.paris('GET', `${iq}/secret`)).toMatchObject({ status: 403, body: { ErrorCode: 2203 } });
    expect(await test.paris('GET', `${iq}/pin?send_email=true`)).toMatchObject({ status: 403 });
    expect((await test.request('GET', `/v1.2/me/${demo.paris.id}/activated_iqs`)).body).toMatchObject({
      items: [{ iq_id: demo.paris.iq, activated: true, activation_date: '2026-03-02T10:00:00.000Z' }],
    });
  });

  it('is blocked after exactly 8 wrong codes, for the right one too, and not for ever; no entry tells of it', async () => {
    const { test, clock, otp } = await activated();
    await using _ = test;
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect(await unlock(test, 'zzzzz')).toMatchObject({
        status: 400,
        body: { ErrorCode: 3102, Message: 'otp_invalid' },
      });
    }
    expect(await unlock(test, otp())).toMatchObject({ status: 403, body: { ErrorCode: 3102, Message: 'otp_blocked' } });
    expect((await test.paris('PUT', `${iq}/pin`, { otp: otp(), delta: '0000' })).status).toBe(204);
    expect(test.fake.state.entries.ofSite(demo.paris.id)).toEqual([]);
    clock.advanceSeconds(900);
    expect((await unlock(test, otp())).status).toBe(200);
  });

  it('refuses at the lock what the cloud accepts, after the PIN was really changed', async () => {
    const { test, clock, pin, secret } = await activated('1234');
    await using _ = test;
    const digits = [...pin].map((digit, at) => (Number(digit) + 10 - (at + 1)) % 10).join('');
    const otp = otpAt(clock.now(), secret, digits);
    expect((await test.paris('PUT', `${iq}/pin`, { otp, delta: '0000' })).status).toBe(204);
    expect(await unlock(test, otp)).toMatchObject({ status: 400, body: { Message: 'otp_invalid' } });
  });

  it('needs no code where the IQ wants none, but the right to open from afar, and a lock on line', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/iqs/${demo.paris.iq}`, { otp_enabled: false });
    expect((await unlock(test)).status).toBe(200);
    await test.request('PATCH', `/_fake/locks/${roomA}`, { online: false });
    expect((await unlock(test)).status).toBe(400);
    await test.request('PATCH', `/_fake/locks/${roomA}`, { online: true });

    const { id, user } = await test.createUser('ada@example.org');
    const token = await test.fake.accessToken(user.id);
    const path = `/v1.2/sites/${demo.paris.id}/locks/${roomA}/locking`;
    const open = async () => (await test.request('PATCH', path, { locked_state: 'unlocked' }, token)).status;
    expect(await open()).toBe(403);
    await test.paris('PATCH', `users/${id}`, { remote_access: true });
    expect(await open()).toBe(403);
    await test.paris('POST', `access_groups/${demo.paris.groups.roomA}/users`, { user_id: user.id });
    expect(await open()).toBe(200);
  });
});
