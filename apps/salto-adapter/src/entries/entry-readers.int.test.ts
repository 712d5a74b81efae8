import { randomUUID } from 'node:crypto';
import { metrics } from '@latchkey/service-kit';
import { eventually as within } from '@latchkey/test-kit';
import { DoorRig, locks, siteId } from '../testing/door-rig.ts';

let rig: DoorRig;
beforeAll(async () => (rig = await DoorRig.create('entry_readers')));
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.reset();
  rig.fake.set({ token_lifetime_seconds: 3600, hub_token_expiry: 'closes', hub_entry_shape: 'object' });
  sellHub(true);
});

/** So rarely that nothing is told unless the hub tells it, or a pass is made at once for a reason. */
const RARELY_MS = 3_600_000;

/** Far more than it takes, also on a busy machine. */
const eventually = <T>(check: () => T | Promise<T>) => within(check, { timeoutMs: 45_000 });

const hubConnections = () => rig.fake.hub.connections();
const streams = () => eventually(() => expect(hubConnections()).toHaveLength(1));
const tap = () => rig.tap(locks.frontDoor, randomUUID());
const isTold = (id: string) => eventually(async () => expect(await rig.toldIds()).toContain(id));
const passes = () => rig.fake.calls.matching(({ path }) => path.endsWith('/entries')).length;

function sellHub(isSold: boolean): void {
  const site = rig.fake.state.sites.get(siteId)!;
  rig.fake.state.sites.put({ ...site, features: isSold ? ['events_streaming'] : [] });
}

/** Until the reader streams and has made the pass that follows a connection. */
async function streaming() {
  await rig.connect();
  const readers = rig.start({ pollMs: RARELY_MS });
  await eventually(() => expect(readers.modes().get(siteId)).toBe('streaming'));
  const first = await tap();
  await isTold(first.id);
  return readers;
}

test('without a hub the doors are polled, and the metrics say so', async () => {
  sellHub(false);
  await rig.connect();
  const readers = rig.start();
  await eventually(() => expect(readers.modes().get(siteId)).toBe('polling'));
  const [one, other] = [await tap(), await tap()];
  await isTold(other.id);
  expect(await rig.toldIds()).toEqual([one.id, other.id]);
  expect(hubConnections()).toEqual([]);
  const text = await metrics.scrape();
  expect(text).toContain('salto_entry_sites{mode="streaming"} 0');
  expect(text).toContain('salto_entry_sites{mode="polling"} 1');
  expect(text).toMatch(/salto_entry_oldest_pass_seconds 0(\.\d+)?\n/);
});

test('the hub tells what happens without a poll, once, and the metrics count the sites that really stream', async () => {
  await streaming();
  const before = passes();
  const { id } = await tap();
  await isTold(id);
  expect(passes()).toBe(before);
  expect(await metrics.scrape()).toContain('salto_entry_sites{mode="streaming"} 1');
  await rig.process().poll.pass(siteId);
  const told = await rig.toldIds();
  expect(told).toHaveLength(new Set(told).size);
});

test('a hub that sends entries as text is understood', async () => {
  rig.fake.set({ hub_entry_shape: 'text' });
  await streaming();
});

test('what happened while the hub was away is told at once when it is back', async () => {
  await streaming();
  const connected = hubConnections()[0]!.id;
  rig.fake.addFaults({ path: '/v1/hub/entries/negotiate', times: 1, effect: { kind: 'unavailable' } });
  rig.fake.hub.terminate();
  await eventually(() => expect(hubConnections()).toEqual([]));
  const missed = await tap();
  await streams();
  expect(hubConnections()[0]!.id).not.toBe(connected);
  await isTold(missed.id);
});

test('a hub that is down is shown as down, and the polls go on', async () => {
  rig.fake.addFaults({ path: '/v1/hub/**', effect: { kind: 'unavailable' } });
  await rig.connect();
  const readers = rig.start();
  await eventually(() => expect(readers.modes().get(siteId)).toBe('hub_down'));
  await isTold((await tap()).id);
});

test('a token is renewed before it ends, though the hub would only fall silent', async () => {
  // The vault renews a minute before the end: three seconds from now.
  rig.fake.set({ token_lifetime_seconds: 63, hub_token_expiry: 'goes_silent' });
  await streaming();
  const first = hubConnections()[0]!;
  await eventually(() => {
    expect(hubConnections()).toHaveLength(1);
    expect(hubConnections()[0]!.id).not.toBe(first.id);
  });
  expect(hubConnections()[0]!.subscription.expiresAt).toBeGreaterThan(first.subscription.expiresAt);
  await isTold((await tap()).id);
});

test('a token that the hub refuses before its time is replaced', async () => {
  const unauthorized = { kind: 'answer', status: 401, body: null } as const;
  rig.fake.addFaults({ path: '/v1/hub/entries/negotiate', times: 1, effect: unauthorized });
  rig.fake.calls.clear();
  await streaming();
  const grants = rig.fake.calls.matching(({ path }) => path === '/connect/token');
  // One by the consent of the test, one by the vault.
  expect(grants).toHaveLength(2);
});

test('a site that the hub has silently lost is noticed by the next poll, told of, and connected anew', async () => {
  await rig.connect();
  const readers = rig.start({ pollMs: 50 });
  await eventually(() => expect(readers.modes().get(siteId)).toBe('streaming'));
  const connected = hubConnections()[0]!.id;
  rig.fake.hub.dropSite(siteId);
  const lost = await eventually(async () => {
    const { id } = await tap();
    expect(hubConnections()[0]?.id).not.toBe(connected);
    return id;
  });
  await isTold(lost);
  await streams();
  expect(hubConnections()[0]!.droppedSiteIds.size).toBe(0);
});

test('one process reads a site; another takes over when it stops', async () => {
  await rig.connect();
  const first = rig.start();
  await eventually(() => expect(first.modes().has(siteId)).toBe(true));
  const second = rig.start();
  await isTold((await tap()).id);
  expect(second.modes().size).toBe(0);
  await first.stop();
  await eventually(() => expect(second.modes().has(siteId)).toBe(true));
  await streams();
  await isTold((await tap()).id);
});

test('a lease that nobody renews runs out', async () => {
  await rig.connect();
  const { logs: dead } = rig.process();
  expect(await dead.claim()).toEqual([siteId]);
  const { logs: next } = rig.process();
  expect(await next.claim()).toEqual([]);
  await rig.rig.pool.query(`UPDATE entry_log SET lease_until = now() - interval '1 second'`);
  expect(await next.claim()).toEqual([siteId]);
  expect(await dead.claim()).toEqual([]);
});

test('a site that is disconnected is let go of, and one that needs to be reconnected goes on where it was', async () => {
  const locationId = await rig.connect();
  const readers = rig.start();
  await eventually(() => expect(readers.modes().has(siteId)).toBe(true));
  await rig.rig.pool.query(`UPDATE connection SET status = 'needs_reconnect'`);
  await eventually(() => expect(readers.modes().size).toBe(0));
  expect(hubConnections()).toEqual([]);
  const meanwhile = await tap();
  await rig.connect(locationId);
  await isTold(meanwhile.id);
});

test('while Salto is down passes fail, are counted, and are made up for', async () => {
  sellHub(false);
  await rig.connect();
  const readers = rig.start();
  await eventually(() => expect(readers.modes().get(siteId)).toBe('polling'));
  rig.fake.addFaults({ path: '/v1.1/**', effect: { kind: 'reset' } });
  const { id } = await tap();
  await eventually(() => expect(readers.modes().get(siteId)).toBe('failing'));
  expect(await metrics.scrape()).toMatch(/salto_entry_pass_failures_total [1-9]/);
  rig.fake.removeFaults();
  await isTold(id);
});
