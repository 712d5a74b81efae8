import type { Entitlement } from '@latchkey/access-domain';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, setConnection, setGroups } from '../testing/facts.ts';
import { InMemoryWorkflows } from '../testing/in-memory-workflows.ts';
import { World } from '../testing/world.ts';
import { WakeupRelay } from '../wakeups/wakeup-relay.ts';

const MINUTE_MS = 60_000;
const REQUESTS_PER_SECOND = 8;
const OF_EACH = 70;
const why = { signal: 'changed', cause: 'a test mended the connection' } as const;

let world: World;
let location: { id: string; siteId: string };
let resourceId: string;

beforeAll(async () => {
  world = await World.create('paced wakeups', { requestsPerSecond: REQUESTS_PER_SECOND });
});
afterAll(() => world.close());
beforeEach(async () => {
  const { manager } = world.dataSource;
  location = await addLocation(manager);
  resourceId = randomUUID();
  await setGroups(manager, 'resource', resourceId, ['front']);
});

interface Times {
  /** Minutes from now, without the grace period. */
  readonly from: number;
  readonly to: number;
}

function put(id: string, memberIds: readonly string[], { from, to }: Times): Promise<void> {
  const [startsAt, endsAt] = [Date.now() + from * MINUTE_MS, Date.now() + to * MINUTE_MS];
  const facts = { id, locationId: location.id, resourceId, memberIds, startsAt, endsAt };
  return world.change({ kind: 'booking', id }, (em) => putBooking(em, facts));
}

async function book(times: Times, people = 1): Promise<Entitlement> {
  const id = randomUUID();
  await put(
    id,
    Array.from({ length: people }, () => randomUUID()),
    times,
  );
  return { kind: 'booking', id };
}

const forNow: Times = { from: -20, to: 60 };
const later: Times = { from: 300, to: 360 };

/** Somebody who was let in, and whose booking was shortened while the connection did not work. */
async function bookAndShorten(): Promise<Entitlement> {
  const [id, memberId] = [randomUUID(), randomUUID()];
  await put(id, [memberId], forNow);
  await world.settle({ kind: 'booking', id });
  await put(id, [memberId], { from: -100, to: -40 });
  return { kind: 'booking', id };
}

/** The connection breaks and works again; what was waiting before is of no interest. */
async function mend(): Promise<void> {
  await inTransaction(world.dataSource, async (em) => {
    await em.query('DELETE FROM wakeup');
    await setConnection(em, location.id, 'connected');
    await world.ledger.connectionChanged(em, location.id, why);
  });
}

/** Who is woken when, in seconds from now. */
async function wakeups(): Promise<{ id: string; inSeconds: number }[]> {
  return world.dataSource.query(
    `SELECT entitlement_id AS id, extract(epoch FROM due_at - clock_timestamp())::float8 AS "inSeconds"
     FROM wakeup ORDER BY due_at, id`,
  );
}

test('some hundred entitlements are woken at the pace of the budget: late revocations, then open windows, then the rest', async () => {
  const turns = new Map<string, string>();
  for (let n = 0; n < OF_EACH; n += 1) {
    turns.set((await book(later)).id, 'later');
    turns.set((await book(forNow)).id, 'open');
    turns.set((await bookAndShorten()).id, 'over');
  }
  await mend();
  const due = await wakeups();
  expect(due).toHaveLength(3 * OF_EACH);
  const order = due.map(({ id }) => turns.get(id));
  const expected = ['over', 'open', 'later'].flatMap((turn) => Array<string>(OF_EACH).fill(turn));
  expect(order).toEqual(expected);
  expect(due[0]?.inSeconds).toBeLessThanOrEqual(0);
  const perSecond = due.map(({ inSeconds }, at) => (due[at + REQUESTS_PER_SECOND]?.inSeconds ?? Infinity) - inSeconds);
  expect(Math.min(...perSecond)).toBeGreaterThan(0.99);
  // And not slower than that.
  expect((due.at(-1)?.inSeconds ?? 0) - (due[0]?.inSeconds ?? 0)).toBeCloseTo((3 * OF_EACH - 1) / REQUESTS_PER_SECOND);
});

test('the relay hands on what is due, and leaves the rest for its time', async () => {
  for (let n = 0; n < 40; n += 1) await book(forNow);
  await mend();
  const workflows = new InMemoryWorkflows();
  await new WakeupRelay(world.dataSource, workflows).relayBatch();
  expect(workflows.signals.length).toBeGreaterThan(0);
  expect(workflows.signals.length).toBeLessThan(40);
  expect(await wakeups()).toHaveLength(40 - workflows.signals.length);
});

test('an entitlement with many people takes as many turns', async () => {
  const one = await book(forNow, 24);
  const next = await book(later);
  await mend();
  const [first, second] = await wakeups();
  expect([first?.id, second?.id]).toEqual([one.id, next.id]);
  expect((second?.inSeconds ?? 0) - (first?.inSeconds ?? 0)).toBeCloseTo(24 / REQUESTS_PER_SECOND);
});

test('locations that share a site share its pace', async () => {
  const { manager } = world.dataSource;
  const other = await addLocation(manager);
  await manager.query('UPDATE connection SET site_id = $2 WHERE location_id = $1', [other.id, location.siteId]);
  await book(forNow);
  await book(forNow);
  await mend();
  const [first, second] = await wakeups();
  expect((second?.inSeconds ?? 0) - (first?.inSeconds ?? 0)).toBeCloseTo(2 / REQUESTS_PER_SECOND);
});

test('what failed while the connection was broken is attempted with the wake-up, not at its next attempt', async () => {
  const entitlement = await book(forNow);
  const [due] = (await world.plan(entitlement)).due;
  if (due === undefined) throw new Error('nothing was due');
  const { siteId, memberId, revision } = due;
  const failure = { code: 'connection_needs_reconnect', message: 'x' };
  const result = { kind: 'failed' as const, failure, groups: [] };
  await world.plan(entitlement, { outcomes: [{ siteId, memberId, revision, at: Date.now(), result }] });
  expect((await world.plan(entitlement)).due).toEqual([]);
  await mend();
  expect((await world.plan(entitlement)).due).toHaveLength(1);
});

test('a connection that breaks wakes everybody at once: nobody asks Salto', async () => {
  for (let n = 0; n < 20; n += 1) await book(forNow);
  await inTransaction(world.dataSource, async (em) => {
    await em.query('DELETE FROM wakeup');
    await setConnection(em, location.id, 'needs_reconnect');
    await world.ledger.connectionChanged(em, location.id, why);
  });
  const due = await wakeups();
  expect(due).toHaveLength(20);
  expect(Math.max(...due.map(({ inSeconds }) => inSeconds))).toBeLessThanOrEqual(0);
});
