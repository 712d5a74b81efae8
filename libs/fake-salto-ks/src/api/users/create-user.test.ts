import { demo } from '../../demo-seed.ts';
import { handClock, startFake, userBody } from '../../testing/fake-under-test.ts';

describe('POST /v1.2/sites/{site}/users', () => {
  it('gives a new user two ids and a seat', async () => {
    await using test = await startFake();
    const created = await test.paris('POST', 'users', userBody(test.fake, 'ada@example.org'));
    expect(created).toMatchObject({
      status: 201,
      body: {
        alias: 'Ada Lovelace',
        user: { email: 'ada@example.org', first_name: 'Ada' },
        roles: [{ code: 'site_user' }],
        subscription_state: 'subscribed',
        blocked: false,
        expires_at: null,
      },
    });
    const { id, user } = created.body as { id: string; user: { id: string } };
    expect(id).not.toBe(user.id);
  });

  it('answers the same 201 on a full site, and only subscription_state tells', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 1 });
    expect(await test.paris('POST', 'users', userBody(test.fake))).toMatchObject({
      status: 201,
      body: { subscription_state: 'suspended' },
    });
  });

  it('shows no roles until the user has spread', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { user_spread_seconds: 60 } });
    const { id } = await test.createUser();
    expect((await test.paris('GET', `users/${id}`)).body).toMatchObject({ roles: [] });
    clock.advanceSeconds(60);
    expect((await test.paris('GET', `users/${id}`)).body).toMatchObject({ roles: [{ code: 'site_user' }] });
  });

  it('links the account that has the e-mail, once per site', async () => {
    await using test = await startFake();
    const first = await test.createUser('ada@example.org');
    expect(await test.paris('POST', 'users', userBody(test.fake, 'ADA@example.org'))).toMatchObject({
      status: 400,
      body: { ErrorCode: 1101 },
    });
    const elsewhere = `/v1.2/sites/${demo.newYork.id}`;
    const roles = (await test.request('GET', `${elsewhere}/roles`)).body as { items: { id: string }[] };
    const body = { ...userBody(test.fake, 'ada@example.org'), role_ids: [roles.items[1]?.id] };
    expect((await test.request('POST', `${elsewhere}/users`, body)).body).toMatchObject({
      user: { id: first.user.id },
    });
  });

  it.each([
    ['an empty e-mail', { email: '' }, 1101],
    ['a missing first name', { first_name: undefined }, 1100],
    ["another site's role", { role_ids: ['5a170000-0000-4000-8000-0000000000ee'] }, 1101],
  ])('refuses %s', async (_, change, code) => {
    await using test = await startFake();
    expect(await test.paris('POST', 'users', { ...userBody(test.fake), ...change })).toMatchObject({
      status: 400,
      body: { ErrorCode: code },
    });
  });
});
