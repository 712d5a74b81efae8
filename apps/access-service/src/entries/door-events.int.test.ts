import {
  grantEvents,
  personEvents,
  type DoorEventBody,
  type EntryState,
  type GrantBody,
  type GrantState,
} from '@latchkey/contracts';
import { eventually, type ApiClient } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { startWorkers } from '../testing/access-workers.ts';
import { tell } from '../testing/tellings.ts';
import { DoorRetention } from './door-retention.ts';

const MINUTE_MS = 60_000;
/** Far more than it takes, also on a busy machine. */
const PATIENCE = { timeoutMs: 45_000 };
const DAY_MS = 24 * 60 * MINUTE_MS;

let stage: AccessStage;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let root: ApiClient;
let locationId: string;
let siteId: string;
let resourceId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('door events')).start();
  workers = await startWorkers(stage);
  root = await stage.root();
  const location = tell.location();
  locationId = location.data.id;
  const connection = tell.connection({ locationId });
  const resource = tell.resource({ locationId });
  [siteId, resourceId] = [connection.data.siteId, resource.data.id];
  await stage.publish(location);
  await stage.publish(connection);
  await stage.publish(resource);
  const choose = () => root.put(`/v1/resources/${resourceId}/access`, { groupIds: ['room', 'front'] }, 0);
  await eventually(async () => expect((await choose()).status).toBe(200), { timeoutMs: 30_000 });
}, 120_000);
afterAll(async () => {
  await workers.stop();
  await stage.close();
});

/** After the locks had time to learn of what was granted now. */
const soon = (minutes = 3) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

async function grantsOf(memberId: string): Promise<GrantBody[]> {
  const { body } = await root.get<{ items: GrantBody[] }>(`/v1/members/${memberId}/grants`);
  return body.items.toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1));
}

const warningsOf = async (memberId: string) => (await grantsOf(memberId)).map(({ warnings }) => warnings);

const untilStatus = (memberId: string, status: GrantBody['status']) =>
  eventually(
    async () => expect((await grantsOf(memberId)).map((grant) => grant.status)).toEqual([status, status]),
    PATIENCE,
  );

/** A booking for now whose groups `front` and `room` are open. */
async function activeBooking() {
  const booking = tell.booking({ locationId, resourceId });
  const memberId = booking.data.ownerId;
  await stage.publish(booking);
  await untilStatus(memberId, 'active');
  return { booking, memberId };
}

async function atDoor(memberId: string | null, change: Partial<EntryState> = {}): Promise<EntryState> {
  const entry = tell.entry({ siteId, memberId, locationIds: [locationId], at: soon(), ...change });
  await stage.publish(entry);
  return entry.data;
}

const opened = (memberId: string, change: Partial<EntryState> = {}) =>
  atDoor(memberId, { outcome: 'opened', reason: null, ...change });

async function doorEvents(memberId: string, query = ''): Promise<{ items: DoorEventBody[]; nextCursor?: string }> {
  const path = `/v1/people/${memberId}/door-events${query}`;
  return (await root.get<{ items: DoorEventBody[]; nextCursor?: string }>(path)).body;
}

/** Until the door's word has arrived. */
const isKept = (memberId: string, entryId: string) =>
  eventually(async () => expect((await doorEvents(memberId)).items.map(({ id }) => id)).toContain(entryId), PATIENCE);

test('granted but refused: the grants that open the lock carry the cause and the remedy, and stay active', async () => {
  const { memberId } = await activeBooking();
  const { id, at } = await atDoor(memberId, { groupIds: ['room'] });
  await isKept(memberId, id);
  const [front, room] = await grantsOf(memberId);
  expect(front).toMatchObject({ groupId: 'front', status: 'active', warnings: [] });
  expect(room).toMatchObject({ groupId: 'room', status: 'active', problem: null });
  expect(room?.warnings).toEqual([
    {
      code: 'refused_at_door',
      reason: 'no_access',
      lockId: 'lock',
      at,
      cause: expect.stringContaining('has no time schedule') as string,
      remedy: expect.stringContaining('time schedule') as string,
    },
  ]);
  expect((await doorEvents(memberId)).items).toMatchObject([
    { id, outcome: 'refused', reason: 'no_access', wasGranted: true },
  ]);
  expect(await stage.metrics()).toContain('grant_warnings{reason="no_access"} 1');
  expect(await stage.metrics()).toMatch(
    /door_events_total\{outcome="refused",reason="no_access",was_granted="true"\} 1/,
  );
});

test.each([
  ['group_without_schedule', 'The access group has no time schedule, so it opens nothing.'],
  ['group_schedule_restrictive', 'The access group opens at certain hours only, and this was probably another.'],
])('what the look at the group has found explains the refusal: %s', async (lint, cause) => {
  const { memberId } = await activeBooking();
  await stage.database.query(
    `INSERT INTO site_group (site_id, group_id, seen_at, is_missing, foreign_count, lint)
     VALUES ($1, 'room', now(), false, 0, ARRAY[$2]) ON CONFLICT (site_id, group_id) DO UPDATE SET lint = excluded.lint`,
    [siteId, lint],
  );
  await isKept(memberId, (await atDoor(memberId)).id);
  await isKept(memberId, (await atDoor(memberId, { reason: 'offline', lockId: 'other' })).id);
  const [front, room] = await warningsOf(memberId);
  expect(front?.[0]?.cause).toMatch(/^The lock does not know/);
  expect(room?.map((warning) => warning.cause)).toEqual(expect.arrayContaining([cause, 'The lock was off line.']));
  await stage.database.query('DELETE FROM site_group WHERE site_id = $1', [siteId]);
});

test('each reason has a cause and a remedy of its own, on all active grants where nobody knows which open the lock', async () => {
  const { memberId } = await activeBooking();
  const reasons = ['no_access', 'suspended', 'denied', 'offline', 'unknown'] as const;
  for (const reason of reasons) await isKept(memberId, (await atDoor(memberId, { reason, lockId: reason })).id);
  for (const warnings of await warningsOf(memberId)) {
    expect(new Set(warnings.map(({ reason }) => reason))).toEqual(new Set(reasons));
    expect(new Set(warnings.map(({ cause }) => cause)).size).toBe(reasons.length);
    expect(new Set(warnings.map(({ remedy }) => remedy)).size).toBe(reasons.length);
  }
});

test('the change of a grant’s warnings is told on access.grants.v1, in its sequence', async () => {
  const { memberId } = await activeBooking();
  const refused = await atDoor(memberId, { groupIds: ['room'] });
  await isKept(memberId, refused.id);
  await isKept(memberId, (await opened(memberId, { at: soon(4) })).id);
  const told: { version: string; data: GrantState }[] = await stage.database.query(
    `SELECT version, data FROM outbox_message
     WHERE event_type = $1 AND data ->> 'memberId' = $2 AND data ->> 'groupId' = 'room' ORDER BY id`,
    [grantEvents.changed.type, memberId],
  );
  expect(told.map(({ version }) => Number(version))).toEqual(told.map((_, index) => index + 1));
  expect(told.slice(-2).map(({ data }) => data)).toMatchObject([
    { status: 'active', warnings: [{ code: 'refused_at_door', reason: 'no_access', at: refused.at }] },
    { status: 'active', warnings: [] },
  ]);
});

test('an entry that is delivered twice counts once', async () => {
  const { memberId } = await activeBooking();
  const entry = tell.entry({ siteId, memberId, at: soon(), groupIds: ['room'] });
  await stage.publish(entry);
  await stage.publish(entry);
  const after = await opened(memberId, { at: soon(4), lockId: 'other' });
  await isKept(memberId, after.id);
  expect((await doorEvents(memberId)).items).toHaveLength(2);
  expect((await warningsOf(memberId)).flat()).toHaveLength(1);
});

test('the warning goes when that door opens later, however the news are ordered', async () => {
  const { memberId } = await activeBooking();
  await isKept(memberId, (await atDoor(memberId, { groupIds: ['room'] })).id);
  await isKept(memberId, (await opened(memberId, { at: soon(2) })).id);
  expect((await warningsOf(memberId)).flat()).toHaveLength(1);
  await isKept(memberId, (await opened(memberId, { at: soon(5) })).id);
  expect((await warningsOf(memberId)).flat()).toEqual([]);
  // The lock was off line, and tells now of a refusal before that.
  await isKept(memberId, (await atDoor(memberId, { at: soon(4), groupIds: ['room'] })).id);
  expect((await warningsOf(memberId)).flat()).toEqual([]);
});

test('the warning goes when the grant ends', async () => {
  const { booking, memberId } = await activeBooking();
  await isKept(memberId, (await atDoor(memberId)).id);
  expect((await warningsOf(memberId)).flat()).toHaveLength(2);
  await stage.publish({ ...booking, version: 2, data: { ...booking.data, cancelledAt: new Date().toISOString() } });
  await untilStatus(memberId, 'ended');
  expect((await warningsOf(memberId)).flat()).toEqual([]);
});

test('who comes early, late, at once after the grant, or to a door that none of its groups opens, is kept and no warning', async () => {
  const { memberId } = await activeBooking();
  const early = await atDoor(memberId, { at: soon(-60) });
  const late = await atDoor(memberId, { at: soon(200) });
  const atOnce = await atDoor(memberId, { at: soon(1) });
  const elsewhere = await atDoor(memberId, { groupIds: [] });
  for (const { id } of [early, late, atOnce, elsewhere]) await isKept(memberId, id);
  expect((await warningsOf(memberId)).flat()).toEqual([]);
  expect((await doorEvents(memberId)).items.map(({ wasGranted }) => wasGranted)).toEqual([false, false, false, false]);
});

test('of people who are no members of ours, and of what is older than thirty days, nothing is kept', async () => {
  const memberId = randomUUID();
  await atDoor(null);
  await atDoor(memberId, { at: new Date(Date.now() - 31 * DAY_MS).toISOString() });
  const last = await opened(memberId);
  const kept = () => stage.row('SELECT entry_id FROM door_event WHERE member_id = $1', [memberId]);
  await eventually(async () => expect(await kept()).toEqual({ entry_id: last.id }), PATIENCE);
  expect(await stage.row('SELECT count(*)::int AS n FROM door_event WHERE member_id IS NULL')).toEqual({ n: 0 });
});

test('after thirty days entries and warnings are forgotten, not before', async () => {
  const { memberId } = await activeBooking();
  await isKept(memberId, (await atDoor(memberId, { groupIds: ['room'] })).id);
  const forget = () => stage.service.app.get(DoorRetention, { strict: false }).forget();
  await forget();
  expect((await warningsOf(memberId)).flat()).toHaveLength(1);
  await stage.database.query(
    `UPDATE door_event SET happened_at = happened_at - interval '31 days' WHERE member_id = $1`,
    [memberId],
  );
  await stage.database.query(
    `UPDATE grant_row SET door_warnings = jsonb_set(door_warnings, '{0,at}', to_jsonb($2::float8))
     WHERE member_id = $1 AND door_warnings <> '[]'`,
    [memberId, Date.now() - 31 * DAY_MS],
  );
  await forget();
  expect((await doorEvents(memberId)).items).toEqual([]);
  expect((await warningsOf(memberId)).flat()).toEqual([]);
});

test('a deleted person’s door events go at once, and no late one brings any back', async () => {
  const person = tell.person({ memberOf: [locationId] });
  const memberId = person.data.id;
  await stage.publish(person);
  await isKept(memberId, (await opened(memberId)).id);
  const deletedAt = new Date().toISOString();
  await stage.publish({ definition: personEvents.deleted, version: 2, data: { id: memberId, deletedAt } });
  const kept = () => stage.row('SELECT count(*)::int AS n FROM door_event WHERE member_id = $1', [memberId]);
  await eventually(async () => expect(await kept()).toEqual({ n: 0 }), PATIENCE);
  await opened(memberId);
  const other = await activeBooking();
  await isKept(other.memberId, (await opened(other.memberId)).id);
  expect(await kept()).toEqual({ n: 0 });
});

test('door events are read page by page, the newest first, and only for the doors of one’s own locations', async () => {
  const elsewhere = randomUUID();
  const person = tell.person({ memberOf: [locationId, elsewhere] });
  const memberId = person.data.id;
  await stage.publish(person);
  const here = [await opened(memberId, { at: soon(1) }), await opened(memberId, { at: soon(2) })];
  const there = await opened(memberId, { at: soon(3), siteId: randomUUID(), locationIds: [elsewhere] });
  await isKept(memberId, there.id);
  await isKept(memberId, here[1]!.id);
  const first = await doorEvents(memberId, '?limit=2');
  expect(first.items.map(({ id }) => id)).toEqual([there.id, here[1]!.id]);
  const second = await doorEvents(memberId, `?limit=2&cursor=${first.nextCursor}`);
  expect(second).toEqual({ items: [expect.objectContaining({ id: here[0]!.id })] });
  const local = stage.client(await stage.issuer.serviceToken('local', 'access:read', [locationId]));
  const { body } = await local.get<{ items: DoorEventBody[] }>(`/v1/people/${memberId}/door-events`);
  expect(body.items.map(({ id }) => id)).toEqual([here[1]!.id, here[0]!.id]);
});
