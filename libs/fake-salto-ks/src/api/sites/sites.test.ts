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
      items: [{ code: 'site_admin' }, { code: 'site_user' }, { code: 'site_guest' }],
    });
    expect((await test.paris('GET', 'me')).body).toMatchObject({ roles: [{ code: 'site_admin' }] });
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
