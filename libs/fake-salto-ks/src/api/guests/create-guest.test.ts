import { demo } from '../../demo-seed.ts';
import { handClock, startFake, type CreatedUser } from '../../testing/fake-under-test.ts';

const expires_at = '2026-03-02T11:00:00Z';

describe('POST /v1.2/sites/{site}/guests', () => {
  it('makes a guest with two ids, without a mail, whose PIN is not taken yet', async () => {
    await using test = await startFake();
    expect(await test.paris('POST', 'guests', { alias: 'Booking 1', expires_at })).toMatchObject({
      status: 201,
      body: {
        alias: 'Booking 1',
        user: { email: null },
        roles: [{ code: 'site_guest' }],
        subscription_state: 'subscribed',
        use_pin: false,
        expires_at,
      },
    });
    await test.createUser('ada@example.org');
    expect((await test.request('GET', '/_fake/mails')).body).toMatchObject({
      items: [{ to: 'ada@example.org', kind: 'invitation' }],
    });
  });

  it('is 201 on a full site too, and suspended', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 1 });
    const guest = await test.paris('POST', 'guests', { alias: 'Booking 1', expires_at });
    expect(guest).toMatchObject({ status: 201, body: { subscription_state: 'suspended' } });
    const { id } = guest.body as CreatedUser;
    expect((await test.paris('PUT', `users/${id}/pin`, {})).status).toBe(200);
  });

  it('keeps its seat after it has expired; deleting it frees the seat', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { token_lifetime_seconds: 86_400 } });
    const { id } = (await test.paris('POST', 'guests', { alias: 'Booking 1', expires_at })).body as CreatedUser;
    clock.set('2026-03-02T12:00:00Z');
    const seats = async () => (await test.paris('GET', '')).body;
    expect(await seats()).toMatchObject({ active_user_amount: 2 });
    await test.paris('DELETE', `users/${id}`);
    expect(await seats()).toMatchObject({ active_user_amount: 1 });
  });

  it('gives the last seat to one of two who ask at the same time', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 2 });
    const both = await Promise.all(['a', 'b'].map((alias) => test.paris('POST', 'guests', { alias })));
    const states = both.map(({ body }) => (body as CreatedUser).subscription_state);
    expect(states.toSorted()).toEqual(['subscribed', 'suspended']);
  });

  it('misses the alias with 1100', async () => {
    await using test = await startFake();
    expect(await test.paris('POST', 'guests', {})).toMatchObject({ status: 400, body: { ErrorCode: 1100 } });
  });
});
