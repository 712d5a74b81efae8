import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('/v1.2/sites', () => {
  it("lists the caller's sites as a bare array, with seats", async () => {
    await using test = await startFake();
    expect((await test.request('GET', '/v1.2/sites')).body).toMatchObject([
      { id: demo.paris.id, site_uid: 'FR0000000001', time_zone: 'Europe/Paris', active_user_amount: 1 },
      { id: demo.newYork.id, time_zone: 'America/New_York', subscribed_user_amount: 10_000 },
      { id: demo.lab.id, time_zone: 'Europe/Paris' },
    ]);
  });

  it('refuses the readable id with 400 1100', async () => {
    await using test = await startFake();
    const answer = await test.request('GET', '/v1.2/sites/FR0000000001/users');
    expect(answer).toMatchObject({ status: 400, body: { ErrorCode: 1100 } });
  });

  it('tells roles and the subscription', async () => {
    await using test = await startFake();
    expect((await test.paris('GET', 'subscription')).body).toMatchObject({ user_amount: 10_000, type: 'default' });
    expect((await test.paris('GET', 'roles')).body).toMatchObject({
      items: [
        { code: 'site_admin', customer_reference: 'Site Admin' },
        { code: 'site_user' },
        { code: 'site_guest' },
        { code: 'site_mobile_user' },
        { code: 'site_remote_office_mode_user' },
        { code: 'site_pod_member' },
      ],
    });
    expect((await test.paris('GET', 'me')).body).toMatchObject({
      roles: [{ code: 'site_admin' }],
      remote_access: true,
      subscription_state: 'subscribed',
    });
  });

  it('shows all that is known of a site, and what the control changed', async () => {
    await using test = await startFake();
    expect((await test.paris('GET', '')).body).toEqual({
      id: demo.paris.id,
      site_uid: 'FR0000000001',
      customer_reference: 'Latchkey Paris',
      time_zone: 'Europe/Paris',
      active_user_amount: 1,
      subscribed_user_amount: 10_000,
      subscription_valid: true,
      active_iq_amount: 1,
      pin_enabled: true,
      installation_state: 'released',
      store_events_ttl: '90.00:00:00',
      mkey_compatible: true,
    });
    const change = { installation_state: 'installing', pin_enabled: false, features: ['custom_pin'], user_amount: 2 };
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, change);
    expect((await test.paris('GET', '')).body).toMatchObject({ installation_state: 'installing', pin_enabled: false });
    expect((await test.paris('GET', 'subscription')).body).toEqual({
      user_amount: 2,
      type: 'default',
      features: ['custom_pin'],
    });
  });

  it("shows each account its own sites: several, one in another's place, or none", async () => {
    await using test = await startFake();
    const namesFor = async (accountId: string) => {
      const token = await test.fake.accessToken(accountId);
      const { body } = await test.request('GET', '/v1.2/sites', undefined, token);
      return (body as { customer_reference: string }[]).map(({ customer_reference }) => customer_reference);
    };
    expect(await namesFor(demo.administrator.id)).toEqual(['Latchkey Paris', 'Latchkey New York', 'Latchkey Lab']);
    expect(await namesFor(demo.lyonAdministrator.id)).toEqual(['Latchkey Lyon']);
    expect(await namesFor(demo.member.id)).toEqual(['Latchkey Lyon']);
    expect(await namesFor(demo.outsider.id)).toEqual([]);
  });

  it('lets a mere user see the site and itself, and nothing else', async () => {
    await using test = await startFake();
    const { user } = await test.createUser('ada@example.org');
    const token = await test.fake.accessToken(user.id);
    const path = `/v1.2/sites/${demo.paris.id}`;
    const status = async (below: string) => (await test.request('GET', path + below, undefined, token)).status;
    expect([await status(''), await status('/me'), await status('/users')]).toEqual([200, 200, 403]);
    expect((await test.request('GET', `/v1.2/sites/${demo.newYork.id}/me`, undefined, token)).status).toBe(403);
  });
});
