import { HttpTransportType } from '@microsoft/signalr';
import { demo, demoSeed } from '../demo-seed.ts';
import type { FakeSaltoKsOptions } from '../fake-salto-ks.ts';
import type { Entry } from '../state/entries.ts';
import { handClock, startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';
import { listenToHub as listen } from '../testing/hub-listener.ts';
import { until } from '../testing/until.ts';

const { paris, newYork, administrator } = demo;
const hubPath = '/v1/hub/entries';

async function tap(test: FakeUnderTest, lock: string, userId: string = administrator.id): Promise<Entry> {
  const { body } = await test.request('POST', `/_fake/locks/${lock}/tap`, { user_id: userId });
  return (body as { entry: Entry }).entry;
}

const connections = async (test: FakeUnderTest) =>
  ((await test.request('GET', '/_fake/hub')).body as { items: Record<string, unknown>[] }).items;

describe('the event hub, heard by Microsoft’s client', () => {
  it('sends each entry of the site as the entry log has it', async () => {
    await using test = await startFake();
    await using hub = await listen(test, `site_id=${paris.id}`);
    await tap(test, newYork.locks.frontDoor);
    const entry = await tap(test, paris.locks.frontDoor);
    await until(() => hub.heard.length > 0);
    expect(hub.heard).toEqual([entry]);
    const { body } = await test.paris('GET', 'entries', undefined, 'v1.1');
    expect((body as { items: Entry[] }).items).toEqual(hub.heard);
  });

  it('connects without negotiation, and with the token in the query, which the call log leaves out', async () => {
    await using test = await startFake();
    const token = await test.fake.accessToken(administrator.id);
    const query = `site_id=${paris.id}&access_token=${token}`;
    const options = { skipNegotiation: true, transport: HttpTransportType.WebSockets };
    await using hub = await listen(test, query, { ...options, accessTokenFactory: () => '' });
    const entry = await tap(test, paris.locks.frontDoor);
    await until(() => hub.heard.length > 0);
    expect(hub.heard).toEqual([entry]);
    expect(test.fake.calls.matching(({ path }) => path.startsWith(hubPath))).toMatchObject([
      { method: 'GET', status: 101, caller: administrator.id, path: `${hubPath}?site_id=${paris.id}&access_token=…` },
    ]);
  });

  it('sends the entries of one person only, to whom asks for them', async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    await using hub = await listen(test, `site_id=${paris.id}&user_id=${user.id}`);
    await tap(test, paris.locks.frontDoor);
    await tap(test, paris.locks.frontDoor, user.id);
    await until(() => hub.heard.length > 0);
    expect(hub.heard).toMatchObject([{ user_id: user.id }]);
  });

  it.each([
    ['with commas', `site_id=${paris.id},${newYork.id}`],
    ['repeated', `site_id=${paris.id}&site_id=${newYork.id}`],
  ])('hears several sites, %s', async (_, query) => {
    await using test = await startFake();
    await using hub = await listen(test, query);
    await tap(test, paris.locks.frontDoor);
    await tap(test, newYork.locks.frontDoor);
    await until(() => hub.heard.length === 2);
    expect(hub.heard.map(({ lock_id }) => lock_id)).toEqual([paris.locks.frontDoor, newYork.locks.frontDoor]);
  });

  it('carries entries as text where told to', async () => {
    await using test = await startFake({ settings: { hub_entry_shape: 'text' } });
    await using hub = await listen(test, `site_id=${paris.id}`);
    const entry = await tap(test, paris.locks.frontDoor);
    await until(() => hub.heard.length > 0);
    expect(hub.heard).toEqual([JSON.stringify(entry)]);
  });
});

describe('a token that expires while the hub is heard', () => {
  const expiring: FakeSaltoKsOptions = { settings: { token_lifetime_seconds: 60, hub_ping_seconds: 0.01 } };

  it('ends the connection, and a new token opens a new one', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ ...expiring, now: clock.now });
    await using hub = await listen(test, `site_id=${paris.id}`);
    clock.advanceSeconds(60);
    await until(() => hub.closed.length === 1);
    await hub.client.start();
    await tap(test, paris.locks.frontDoor);
    await until(() => hub.heard.length === 1);
  });

  it('leaves it open and silent where told to', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    const settings = { ...expiring.settings, hub_token_expiry: 'goes_silent' as const };
    await using test = await startFake({ settings, now: clock.now });
    await using old = await listen(test, `site_id=${paris.id}`);
    clock.advanceSeconds(60);
    await using young = await listen(test, `site_id=${paris.id}`);
    await tap(test, paris.locks.frontDoor);
    await until(() => young.heard.length === 1);
    // Its answer came after whatever the hub had for it.
    await expect(old.client.invoke('Anything')).rejects.toThrow('does not exist');
    expect([old.heard, old.closed]).toEqual([[], []]);
  });

  it('is refused for a new connection', async () => {
    await using test = await startFake();
    await expect(listen(test, `site_id=${paris.id}`, { accessTokenFactory: () => 'old' })).rejects.toThrow('401');
  });
});

describe('a site that the hub loses', () => {
  it('is not heard until a new connection, though the old one stays up and hears others', async () => {
    await using test = await startFake();
    await using hub = await listen(test, `site_id=${paris.id},${newYork.id}`);
    const dropped = await test.request('POST', '/_fake/hub/drop', { site_id: paris.id });
    expect(dropped.body).toEqual({ connections: 1 });
    await tap(test, paris.locks.frontDoor);
    await tap(test, newYork.locks.frontDoor);
    await until(() => hub.heard.length > 0);
    expect(hub.heard).toMatchObject([{ lock_id: newYork.locks.frontDoor }]);
    expect(await connections(test)).toMatchObject([{ dropped_site_ids: [paris.id], sent: 1 }]);
    await using again = await listen(test, `site_id=${paris.id}`);
    await tap(test, paris.locks.frontDoor);
    await until(() => again.heard.length === 1);
    expect(hub.closed).toEqual([]);
  });

  it('goes at the same message for the same seed', async () => {
    const heardBeforeLoss = async (seed: number) => {
      await using test = await startFake({ settings: { seed, hub_drop_probability: 0.1 } });
      await using _ = await listen(test, `site_id=${paris.id}`);
      let sent = 0;
      while ((test.fake.hub.connections()[0]?.droppedSiteIds.size ?? 0) === 0) {
        await tap(test, paris.locks.frontDoor);
        sent += 1;
      }
      return sent;
    };
    const bySeed = await Promise.all([1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map(heardBeforeLoss));
    expect(bySeed.slice(5)).toEqual(bySeed.slice(0, 5));
    expect(new Set(bySeed).size).toBeGreaterThan(1);
  });

  it('does not go at the same message of every connection: who connects anew hears it at last', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      await using test = await startFake({ settings: { seed, hub_drop_probability: 0.5 } });
      const lost: boolean[] = [];
      for (let connection = 0; connection < 12; connection += 1) {
        await using _ = await listen(test, `site_id=${paris.id}`);
        await tap(test, paris.locks.frontDoor);
        lost.push(test.fake.hub.connections()[0]?.droppedSiteIds.has(paris.id) ?? false);
        await test.request('DELETE', '/_fake/hub');
        await until(() => test.fake.hub.connections().length === 0);
      }
      expect([seed, new Set(lost)]).toEqual([seed, new Set([true, false])]);
    }
  });

  it('goes at the same message again after a reset', async () => {
    await using test = await startFake({ settings: { seed: 3, hub_drop_probability: 0.3 } });
    const heardBeforeLoss = async () => {
      await using _ = await listen(test, `site_id=${paris.id}`);
      let sent = 0;
      for (; !test.fake.hub.connections()[0]?.droppedSiteIds.has(paris.id); sent += 1)
        await tap(test, paris.locks.frontDoor);
      return sent;
    };
    const first = [await heardBeforeLoss(), await heardBeforeLoss(), await heardBeforeLoss()];
    await test.request('POST', '/_fake/reset');
    test.fake.seed(demoSeed());
    expect([await heardBeforeLoss(), await heardBeforeLoss(), await heardBeforeLoss()]).toEqual(first);
  });
});

describe('what the hub refuses', () => {
  it.each([
    ['a site without the feature', `site_id=${newYork.id}`, 403],
    ['a site that is not there', 'site_id=nowhere', 404],
    ['no site', '', 400],
  ])('%s', async (_, query, status) => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${newYork.id}`, { features: [] });
    await expect(listen(test, query)).rejects.toThrow(String(status));
    expect((await test.request('GET', `${hubPath}?${query}`)).status).toBe(status);
  });

  it('a person who is no administrator, except for their own entries', async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    const asUser = { accessTokenFactory: () => test.fake.accessToken(user.id) };
    await expect(listen(test, `site_id=${paris.id}`, asUser)).rejects.toThrow('403');
    await using hub = await listen(test, `site_id=${paris.id}&user_id=${user.id}`, asUser);
    expect(hub.client.connectionId).toBe((await connections(test))[0]?.id);
  });

  it('a connection that was not negotiated, and one that is no WebSocket', async () => {
    await using test = await startFake();
    const options = { skipNegotiation: true, transport: HttpTransportType.WebSockets };
    await expect(listen(test, `site_id=${paris.id}&id=made-up`, options)).rejects.toThrow();
    expect(test.fake.calls.matching(({ status }) => status === 404)).toHaveLength(1);
    expect((await test.request('GET', `${hubPath}?site_id=${paris.id}`)).status).toBe(400);
  });

  it('calls that a fault hits, as it does any other', async () => {
    await using test = await startFake();
    const options = { skipNegotiation: true, transport: HttpTransportType.WebSockets };
    test.fake.addFaults({ path: hubPath, times: 2, effect: { kind: 'unavailable' } });
    await expect(listen(test, `site_id=${paris.id}`, options)).rejects.toThrow();
    await expect(listen(test, `site_id=${paris.id}`)).rejects.toThrow();
    test.fake.addFaults({ path: hubPath, times: 1, effect: { kind: 'reset' } });
    await expect(listen(test, `site_id=${paris.id}`)).rejects.toThrow();
    await using hub = await listen(test, `site_id=${paris.id}`);
    expect(hub.closed).toEqual([]);
  });
});

describe('the connections of the hub', () => {
  it('that a fault leaves without an answer end with the fake at the latest', async () => {
    const test = await startFake();
    test.fake.addFaults({ operation: 'hub_connect', effect: { kind: 'timeout' } });
    const options = { skipNegotiation: true, transport: HttpTransportType.WebSockets };
    const connecting = listen(test, `site_id=${paris.id}`, options);
    const refused = expect(connecting).rejects.toThrow('WebSocket failed to connect');
    await until(() => test.fake.calls.matching(({ outcome }) => outcome === 'silence').length === 1);
    await test.fake.close();
    await refused;
  });

  it('break when told to, on reset, and with the fake', async () => {
    await using test = await startFake();
    const breakings = [
      () => test.request('DELETE', '/_fake/hub'),
      () => test.request('POST', '/_fake/reset'),
      () => test.fake.close(),
    ];
    for (const breaking of breakings) {
      test.fake.seed(demoSeed());
      await using hub = await listen(test, `site_id=${paris.id}`);
      await breaking();
      await until(() => hub.closed.length === 1);
    }
  });
});
