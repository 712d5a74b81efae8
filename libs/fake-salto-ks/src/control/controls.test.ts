import { demo } from '../demo-seed.ts';
import { startFake } from '../testing/fake-under-test.ts';
import { listenToHub } from '../testing/hub-listener.ts';
import { until } from '../testing/until.ts';

describe('the controls below /_fake/', () => {
  it('log calls with trace and caller, to count and to forget', async () => {
    await using test = await startFake();
    const token = await test.fake.accessToken(demo.administrator.id);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const headers = { authorization: `Bearer ${token}`, traceparent };
    await fetch(`${test.fake.url}/v1.2/sites/${demo.paris.id}/users?$top=1`, { headers });
    await test.request('GET', '/v1.2/me', undefined, 'nonsense');
    const calls = (query: string) => test.request('GET', `/_fake/calls?${query}`);
    expect((await calls('path=/v1.2/sites/*/users')).body).toMatchObject({
      count: 1,
      items: [{ method: 'GET', status: 200, traceparent, caller: demo.administrator.id, fault: null }],
    });
    expect((await calls('status=401&limit=0')).body).toEqual({ count: 1, items: [] });
    expect((await calls('since=2999-01-01T00:00:00Z')).body).toMatchObject({ count: 0 });
    expect((await calls('since=yesterday')).status).toBe(400);
    await test.request('DELETE', '/_fake/calls?status=401');
    expect((await calls('')).body).toMatchObject({ count: 1, items: [{ status: 200 }] });
    await test.request('DELETE', '/_fake/calls');
    expect((await calls('')).body).toMatchObject({ count: 0 });
  });

  it('prove a budget: the most calls of a site in a second and at once', async () => {
    await using test = await startFake();
    test.fake.addFaults({ path: '/v1.2/sites/*/users', effect: { kind: 'timeout' } });
    const givenUp = new AbortController();
    const users = `${test.fake.url}/v1.2/sites/${demo.paris.id}/users`;
    const waiting = [1, 2, 3].map(() => fetch(users, { signal: givenUp.signal }).catch(() => 'given up'));
    const load = async () => (await test.request('GET', '/_fake/load')).body;
    await until(() => test.fake.load.report().total.calls === 3);
    await test.paris('GET', 'locks');
    await test.request('GET', '/v1.2/me');
    expect(await load()).toMatchObject({
      total: { calls: 5, largest_at_once: 4 },
      sites: { [demo.paris.id]: { calls: 4, largest_per_second: expect.any(Number) as number, largest_at_once: 4 } },
    });
    // A caller that gives up no longer waits.
    givenUp.abort();
    await Promise.all(waiting);
    await until(() => {
      test.fake.load.reset();
      return test.fake.load.report().total.largest_at_once === 0;
    });
    await test.request('DELETE', '/_fake/load');
    await using _hub = await listenToHub(test);
    // Being connected to the hub is no call under way.
    test.fake.load.reset();
    expect(await load()).toMatchObject({ total: { calls: 0, largest_at_once: 0 } });
  });

  it('limit the calls about a site in a second, where told to', async () => {
    await using test = await startFake({ settings: { calls_per_second: 3 } });
    const burst = () => Promise.all(Array.from({ length: 20 }, () => test.paris('GET', 'locks')));
    const refused = (await burst()).filter(({ status }) => status === 429);
    // More than one second may pass on a busy machine: then more than three are let through.
    expect(refused.length).toBeGreaterThan(0);
    const locks = test.fake.calls.matching(({ path }) => path.endsWith('/locks'));
    expect(locks.slice(0, 4).map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    for (const { headers } of refused) expect(headers.get('retry-after')).toBe('1');
    expect(test.fake.calls.matching(({ fault }) => fault === 'rate_limit')).toHaveLength(refused.length);
    expect((await test.request('GET', `/v1.2/sites/${demo.newYork.id}/locks`)).status).toBe(200);
    expect((await test.request('GET', '/v1.2/me')).status).toBe(200);
    test.fake.set({ calls_per_second: null });
    expect((await burst()).every(({ status }) => status === 200)).toBe(true);
  });

  it('log a call that never gets an answer without a status', async () => {
    await using test = await startFake();
    test.fake.addFaults({ path: '/v1.2/me', effect: { kind: 'timeout' } });
    const caller = new AbortController();
    const answer = fetch(`${test.fake.url}/v1.2/me`, { signal: caller.signal });
    await until(() => test.fake.calls.matching(({ outcome }) => outcome === 'silence').length === 1);
    caller.abort();
    await expect(answer).rejects.toThrow();
    expect((await test.request('GET', '/_fake/calls?status=none')).body).toMatchObject({
      items: [{ path: '/v1.2/me', outcome: 'silence', fault: 'timeout' }],
    });
  });

  it('let foreign hands put people in and take them out', async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    const group = demo.paris.groups.roomA;
    const path = `/_fake/foreign/access_groups/${group}/users/${user.id}`;
    const members = async () => (await test.paris('GET', `access_groups/${group}/users`)).body;
    expect((await test.request('POST', path)).status).toBe(204);
    expect(await members()).toMatchObject({ items: [{ id: user.id }] });
    expect((await test.request('DELETE', path)).status).toBe(204);
    expect(await members()).toMatchObject({ items: [] });
    expect((await test.request('POST', `/_fake/foreign/access_groups/${group}/users/nobody`)).status).toBe(404);
    expect((await test.paris('GET', '')).status).toBe(200);
  });

  it('change the settings that are named, and only those', async () => {
    await using test = await startFake({ settings: { page_size: 7 } });
    await test.request('PATCH', '/_fake/settings', { lock_spread_seconds: 3 });
    const settings = { page_size: 7, lock_spread_seconds: 3, token_lifetime_seconds: 3600 };
    expect((await test.request('GET', '/_fake/settings')).body).toMatchObject(settings);
    expect((await test.request('PATCH', '/_fake/settings', { speed: 'fast' })).status).toBe(400);
  });

  it('seed what is missing, and change nothing that is there', async () => {
    await using test = await startFake({ seed: {} });
    const seed = {
      accounts: [{ id: demo.administrator.id, email: 'a@example.org', first_name: 'A', last_name: 'B' }],
      sites: [
        {
          id: demo.paris.id,
          site_uid: 'X1',
          customer_reference: 'Here',
          time_zone: 'Africa/Cairo',
          user_amount: 3,
          users: [{ user_id: demo.administrator.id }],
          locks: [{ id: demo.paris.locks.roomA, customer_reference: 'Door' }],
        },
      ],
    };
    const counts = { sites: 1, accounts: 1, locks: 1, access_groups: 0 };
    expect((await test.request('POST', '/_fake/seed', seed)).body).toEqual(counts);
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 9 });
    expect((await test.request('POST', '/_fake/seed', seed)).body).toEqual(counts);
    expect(test.fake.state.sites.get(demo.paris.id)?.user_amount).toBe(9);
    const nowhere = { sites: [{ ...seed.sites[0], time_zone: 'Mars/Olympus' }] };
    expect((await test.request('POST', '/_fake/seed', nowhere)).status).toBe(400);
  });

  it('show everything that is remembered, and forget it', async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    await test.paris('POST', `access_groups/${demo.paris.groups.roomA}/users`, { user_id: user.id });
    const { body } = await test.request('GET', '/_fake/state');
    const groups = (body as { access_groups: { id: string; user_ids: string[] }[] }).access_groups;
    expect(groups.find(({ id }) => id === demo.paris.groups.roomA)?.user_ids).toEqual([user.id]);
    expect((await test.request('POST', '/_fake/reset')).status).toBe(204);
    expect((await test.request('GET', '/_fake/state')).body).toMatchObject({ sites: [], accounts: [], clients: [] });
    expect((await test.request('POST', '/_fake/reset', { demo: true })).status).toBe(204);
    expect((await test.request('GET', '/v1.2/sites')).body).toMatchObject([{ id: demo.paris.id }, {}, {}]);
    expect((await test.paris('GET', 'users')).body).toMatchObject({ items: [{ alias: 'Dora Doors' }] });
  });

  it('answer 404 where there is nothing, and 405 for a wrong method', async () => {
    await using test = await startFake();
    expect((await test.request('GET', '/_fake/nothing')).status).toBe(404);
    expect((await test.request('PUT', '/_fake/settings')).status).toBe(405);
    expect((await test.request('GET', '/_fake/health')).body).toEqual({ status: 'ok' });
  });
});
