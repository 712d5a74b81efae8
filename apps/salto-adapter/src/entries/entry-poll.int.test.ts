import { randomUUID } from 'node:crypto';
import { demo } from '@latchkey/fake-salto-ks';
import { Outbox } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { entryAnswer } from '../salto-ks/entries.client.ts';
import { DoorRig, groups, locks, siteId } from '../testing/door-rig.ts';
import { entriesOf } from './entry-poll.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let rig: DoorRig;
let locationId: string;
beforeAll(async () => (rig = await DoorRig.create('entry_poll')));
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.reset();
  rig.fake.set({ page_size: 100 });
  locationId = await rig.connect();
  await rig.process().logs.claim();
});

const pass = (outbox?: Outbox) => rig.process(outbox).poll.pass(siteId);

/** The process is killed in the transaction, after so many events of it. */
class DyingOutbox extends Outbox {
  #left: number;

  constructor(after: number) {
    super(() => undefined);
    this.#left = after;
  }

  override async append(...args: Parameters<Outbox['append']>): Promise<void> {
    await super.append(...args);
    this.#left -= 1;
    if (this.#left === 0) await kill(args[0]);
  }
}

const kill = (em: EntityManager) => em.query('SELECT pg_terminate_backend(pg_backend_pid())');

test('what happened at the doors is told once, with ids alone and numbered by site', async () => {
  const ada = await rig.member(groups.roomA);
  rig.fake.state.accessGroups.get(groups.roomA)?.setMember(ada.platformId, true, 0);
  const opened = await rig.tap(locks.roomA, ada.platformId);
  const refused = await rig.tap(locks.office1, ada.platformId);
  const stranger = await rig.tap(locks.office1, demo.administrator.id, 'pin_code');
  await pass();
  await pass();
  expect(await rig.told()).toEqual([
    {
      id: opened.id,
      siteId,
      locationIds: [locationId],
      lockId: locks.roomA,
      memberId: ada.memberId,
      outcome: 'opened',
      reason: null,
      accessBy: 'mobile_key',
      at: opened.utc_date_time,
      groupIds: null,
      version: 1,
    },
    expect.objectContaining({ id: refused.id, memberId: ada.memberId, reason: 'no_access', groupIds: [], version: 2 }),
    expect.objectContaining({ id: stranger.id, memberId: null, reason: 'no_access', accessBy: 'pin_code', version: 3 }),
  ]);
});

test.each([
  [{ event_detail: 'no_access', user_alias: null } as const, 'no_access'],
  [{ event_detail: 'suspended', user_alias: null } as const, 'suspended'],
  [{ event_detail: 'offline', user_alias: null } as const, 'offline'],
  [{ event_detail: null, user_alias: 'Ada Lovelace' } as const, 'denied'],
  [{ event_detail: null, user_alias: null } as const, 'unknown'],
])('a refusal with %j is %s', async (change, reason) => {
  rig.logEntry(Date.now(), { event_category: 'lock_rejected', ...change });
  await pass();
  expect(await rig.told()).toMatchObject([{ outcome: 'refused', reason }]);
});

test('no name, alias or e-mail gets into what is told or stored', async () => {
  const ada = await rig.member();
  rig.logEntry(Date.now(), {
    user_id: ada.platformId,
    user_alias: 'Ada Lovelace',
    access_by: 'Ada’s key ada@x.example',
  });
  await pass();
  const { rows } = await rig.rig.pool.query('SELECT * FROM outbox_message, entry_seen, entry_log');
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toMatch(/Ada|Lovelace|example/);
  expect(await rig.told()).toMatchObject([{ memberId: ada.memberId, accessBy: null }]);
});

test('a new connection begins now, not with ninety days of history', async () => {
  await rig.reset();
  rig.logEntry(Date.now() - 5_000);
  await rig.connect();
  await rig.process().logs.claim();
  const after = rig.logEntry(Date.now() + 50);
  await pass();
  expect(await rig.toldIds()).toEqual([after.id]);
});

test('a site that was disconnected and is connected again begins now, and its numbers go on', async () => {
  rig.logEntry(Date.now());
  await pass();
  await rig.rig.pool.query(`UPDATE connection SET status = 'disconnected'`);
  await rig.process().logs.letGo();
  rig.logEntry(Date.now());
  expect(await pass()).toBeNull();
  await rig.connect(locationId);
  await rig.process().logs.claim();
  const later = rig.logEntry(Date.now() + 50);
  await pass();
  expect((await rig.told()).map(({ id, version }) => [id, version]).slice(1)).toEqual([[later.id, 2]]);
});

test('a log of many pages is told in the order of the doors', async () => {
  rig.fake.set({ page_size: 3 });
  const now = Date.now();
  const entries = Array.from({ length: 10 }, (_, index) => rig.logEntry(now + index));
  await pass();
  expect(await rig.toldIds()).toEqual(entries.map(({ id }) => id));
  expect((await rig.told()).map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1));
});

test('a pass that breaks off keeps what it read, and the next goes on from there', async () => {
  rig.fake.set({ page_size: 2 });
  await rig.age(2);
  await rig.rig.pool.query('UPDATE entry_log SET looked_back_at = now()');
  const began = Date.now() - HOUR_MS;
  const entries = Array.from({ length: 6 }, (_, index) => rig.logEntry(began + index * 10 * MINUTE_MS));
  rig.fake.addFaults({ path: '/v1.1/**', skip: 2, times: 1, effect: { kind: 'unavailable' } });
  await expect(pass()).rejects.toMatchObject({ code: 'provider_unavailable' });
  expect(await rig.toldIds()).toEqual(entries.slice(0, 4).map(({ id }) => id));
  rig.fake.calls.clear();
  await pass();
  expect(await rig.toldIds()).toEqual(entries.map(({ id }) => id));
  // From the fourth entry on, less ten minutes: two pages, not three.
  expect(rig.fake.calls.matching(({ path }) => path.startsWith('/v1.1/'))).toHaveLength(2);
});

test('a pass that is told to end stops at its next page, and its site can go to another process at once', async () => {
  rig.fake.set({ page_size: 1 });
  const entries = Array.from({ length: 3 }, (_, index) => rig.logEntry(Date.now() + index));
  await rig.process().poll.pass(siteId, AbortSignal.abort());
  expect(await rig.toldIds()).toEqual([entries[0]!.id]);
  await pass();
  expect(await rig.toldIds()).toEqual(entries.map(({ id }) => id));
});

test.each([[1], [2], [3]])(
  'a process that is killed after %d events of a transaction loses and doubles nothing',
  async (n) => {
    const entries = Array.from({ length: 3 }, (_, index) => rig.logEntry(Date.now() + index));
    await expect(pass(new DyingOutbox(n))).rejects.toThrow();
    expect(await rig.told()).toEqual([]);
    await pass();
    expect(await rig.toldIds()).toEqual(entries.map(({ id }) => id));
  },
);

test('two processes that read the same site at once tell each entry once', async () => {
  const entries = Array.from({ length: 20 }, (_, index) => rig.logEntry(Date.now() + index));
  rig.fake.set({ page_size: 7 });
  await Promise.all([pass(), pass(), pass()]);
  expect((await rig.toldIds()).sort()).toEqual(entries.map(({ id }) => id).sort());
  expect((await rig.told()).map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1));
});

test('what a lock tells minutes late is told by the next pass, hours late within the hour, and once', async () => {
  await rig.age(30);
  const now = Date.now();
  const current = rig.logEntry(now);
  await pass();
  const minutesLate = rig.logEntry(now - 5 * MINUTE_MS);
  const hoursLate = rig.logEntry(now - 20 * HOUR_MS);
  await pass();
  expect(await rig.toldIds()).toEqual([current.id, minutesLate.id]);
  await rig.rig.pool.query(`UPDATE entry_log SET looked_back_at = now() - interval '61 minutes'`);
  await pass();
  await pass();
  expect(await rig.toldIds()).toEqual([current.id, minutesLate.id, hoursLate.id]);
});

test('ids are kept as long as they may be met again, also over a long pause of the connection', async () => {
  const { logs } = rig.process();
  const seen = async () => (await rig.rig.pool.query('SELECT FROM entry_seen')).rowCount;
  rig.logEntry(Date.now());
  await pass();
  await rig.rig.pool.query(`UPDATE entry_seen SET recorded_at = now() - interval '5 days'`);
  await rig.age(5 * 24);
  await logs.purge();
  expect(await seen()).toBe(1);
  await rig.rig.pool.query('UPDATE entry_log SET read_to = now()');
  await logs.purge();
  expect(await seen()).toBe(0);
});

test('a line that cannot be read keeps nobody else’s from being told', async () => {
  rig.logEntry(Date.now(), { utc_date_time: 'yesterday' });
  rig.logEntry(Date.now(), { event_category: 'privacy_mode_on' as never });
  const good = rig.logEntry(Date.now());
  await pass();
  expect(await rig.toldIds()).toEqual([good.id]);
});

test.each([
  [{ id: 'x'.repeat(201) }],
  [{ lock_id: 'x'.repeat(201) }],
  [{ id: 'x\0' }],
  [{ user_id: 'x\0' }],
  [{ utc_date_time: '+012026-01-01T00:00:00.000Z' }],
])('so does none whose ids or instant nothing could hold: %j', async (change) => {
  const before = rig.logEntry(Date.now());
  rig.logEntry(Date.now(), change);
  const after = rig.logEntry(Date.now() + 1);
  await pass();
  expect((await rig.toldIds()).sort()).toEqual([before.id, after.id].sort());
});

test('an id as long as any that can be told is told', async () => {
  const { id } = rig.logEntry(Date.now(), { id: 'x'.repeat(200) });
  await pass();
  expect(await rig.toldIds()).toEqual([id]);
});

test('a refusal names those of the member’s groups that open the lock; none is asked twice in a quarter of an hour', async () => {
  const ada = await rig.member(groups.frontDoor);
  await rig.rig.pool.query(
    `INSERT INTO group_intent (site_id, member_id, group_id, present_before)
     VALUES ($1, $2, $3, false), ($1, $2, $4, false)`,
    [siteId, ada.memberId, groups.roomA, randomUUID()],
  );
  const { poll } = rig.process();
  rig.fake.calls.clear();
  await rig.tap(locks.roomA, ada.platformId);
  await rig.tap(locks.frontDoor, ada.platformId);
  await poll.pass(siteId);
  await rig.tap(locks.roomA, ada.platformId);
  await poll.pass(siteId);
  expect((await rig.told()).map(({ groupIds }) => groupIds)).toEqual([
    [groups.roomA],
    [groups.frontDoor, groups.roomA],
    [groups.roomA],
  ]);
  expect(rig.fake.calls.matching(({ path }) => path.endsWith('/locks'))).toHaveLength(3);
});

test('where Salto does not say which groups open the lock, the refusal is told all the same', async () => {
  const ada = await rig.member(groups.roomA);
  rig.fake.addFaults({ path: '/v1.2/**/locks', effect: { kind: 'unavailable' } });
  await rig.tap(locks.roomA, ada.platformId);
  await pass();
  expect(await rig.told()).toMatchObject([{ memberId: ada.memberId, groupIds: null }]);
});

test('while Salto KS has told us to wait, what the hub tells of a refusal is told all the same', async () => {
  const ada = await rig.member(groups.roomA);
  const { recorder } = rig.process();
  const tapped = async () => entriesOf(siteId, [entryAnswer.parse(await rig.tap(locks.roomA, ada.platformId))]);
  rig.fake.calls.clear();
  rig.fake.addFaults({ path: '/v1.2/**/locks', effect: { kind: 'rate_limit', retry_after_seconds: 60 } });
  for (const entries of [await tapped(), await tapped()]) await recorder.record(siteId, entries, { via: 'hub' });
  // The second was not even asked: its turn in the budget had not come.
  expect(rig.fake.calls.matching(({ path }) => path.endsWith('/locks'))).toHaveLength(1);
  expect(await rig.told()).toMatchObject([{ groupIds: null }, { memberId: ada.memberId, groupIds: null }]);
});
