import { randomUUID } from 'node:crypto';
import { FenceRig, MINUTE_MS, roomA, siteId } from '../testing/fence-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { People } from './people.repository.ts';
import { UpkeepWork } from './upkeep-work.ts';
import { UpkeepQueue } from './upkeep-rows.ts';

const QUIET_MS = 10 * MINUTE_MS;

let rig: FenceRig;
let queue: UpkeepQueue;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => {
  rig = await FenceRig.create();
  queue = new UpkeepQueue(poolQueries(rig.pool));
  await rig.pool.query(
    `INSERT INTO connection (id, location_id, site_id, status, version, refresh_token)
     VALUES ($1, $2, $3, 'connected', 1, 'sealed')`,
    [randomUUID(), randomUUID(), siteId],
  );
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.fake.removeFaults();
  rig.fake.calls.clear();
  await rig.pool.query('DELETE FROM user_upkeep');
  member = randomUUID();
});

const worker = () => new UpkeepWork(queue, rig.upkeepOf());
const becomesDue = () => rig.pool.query('UPDATE user_upkeep SET due_at = now() WHERE member_id = $1', [member]);

async function row() {
  const sql = `SELECT failure_code, attempts, due_at = 'infinity' AS is_parked, due_at > now() AS waits
                 FROM user_upkeep WHERE member_id = $1`;
  return (await rig.pool.query<object>(sql, [member])).rows[0];
}

async function endedAccess(): Promise<void> {
  await rig.apply({ n: 1, member, groups: [roomA] });
  await rig.apply({ n: 2, member, removals: [roomA] });
  rig.pass(QUIET_MS);
  await becomesDue();
}

async function changeContact(version: number, contact: object): Promise<void> {
  rig.contacts.set(member, { ...contact, version });
  const person = {
    id: member,
    administratorOf: [],
    memberOf: [],
    inviteeOf: [],
    accounts: [],
    contactVersion: version,
  };
  await new People(poolQueries(rig.pool)).changed(person, version);
}

test('two workers do each thing once', async () => {
  await endedAccess();
  expect((await Promise.all([worker().next(), worker().next()])).sort()).toEqual([false, true]);
  expect(rig.calls('PATCH', /\/subscription$/)).toBe(1);
  expect(await row()).toBeUndefined();
});

test('what is asked for while an upkeep runs is done by another one afterwards', async () => {
  await endedAccess();
  const claim = (await queue.claim())!;
  const result = await rig.upkeepOf().run(claim);
  await changeContact(2, { givenName: 'Augusta' });
  await queue.finish(claim, result);
  expect(await worker().next()).toBe(true);
  expect(rig.fake.state.accounts.get((await rig.saltoUser(member)).user_id)).toMatchObject({ first_name: 'Augusta' });
  expect(await row()).toBeUndefined();
});

test('a worker that dies with its claim is followed by another when the claim runs out', async () => {
  await endedAccess();
  await queue.claim();
  expect(await worker().next()).toBe(false);
  await becomesDue();
  expect(await worker().next()).toBe(true);
  expect(await rig.saltoUser(member)).toMatchObject({ subscription_state: 'suspended' });
});

test('a failure is recorded with its code and the next attempt, and gone when it works', async () => {
  await endedAccess();
  rig.fault({ method: 'PATCH', path: '/v1.2/sites/*/users/*/subscription', times: 1, effect: { kind: 'unavailable' } });
  await worker().next();
  expect(await row()).toEqual({ failure_code: 'provider_unavailable', attempts: 1, is_parked: false, waits: true });
  await becomesDue();
  await worker().next();
  expect(await row()).toBeUndefined();
});

test('what only a person can cure waits for one, or for a change', async () => {
  const other = randomUUID();
  await rig.access.prepare({ siteId, memberId: other });
  await rig.access.prepare({ siteId, memberId: member });
  await rig.pool.query('UPDATE salto_user SET idle_at = NULL, has_seat = true');
  await rig.pool.query('DELETE FROM user_upkeep');
  await rig.apply({ n: 1, member, groups: [roomA] });
  await changeContact(2, { email: `${other}@members.example` });
  await worker().next();
  expect(await row()).toEqual({ failure_code: 'email_conflict', attempts: 1, is_parked: true, waits: true });
  await changeContact(3, { email: `${member}@free.example` });
  await worker().next();
  expect(await row()).toBeUndefined();
});

test('where Salto does not answer, the site’s other users wait a little too, so that other sites come first', async () => {
  await endedAccess();
  const first = member;
  member = randomUUID();
  await endedAccess();
  rig.fault({ method: 'PATCH', path: '/v1.2/sites/*/users/*/subscription', effect: { kind: 'unavailable' } });
  expect(await worker().next()).toBe(true);
  expect(await worker().next()).toBe(false);
  const { rows } = await rig.pool.query<{ waits: boolean; attempts: number }>(
    `SELECT due_at BETWEEN now() AND now() + interval '20 seconds' AS waits, attempts FROM user_upkeep
      WHERE member_id = ANY($1) ORDER BY attempts`,
    [[first, member]],
  );
  expect(rows).toMatchObject([{ waits: true, attempts: 0 }, { attempts: 1 }]);
});

test('work at a site whose connection is broken waits until it works again', async () => {
  await endedAccess();
  await rig.pool.query(`UPDATE connection SET status = 'needs_reconnect'`);
  expect(await worker().next()).toBe(false);
  await rig.pool.query(`UPDATE connection SET status = 'connected'`);
  expect(await worker().next()).toBe(true);
});
