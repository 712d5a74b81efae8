import { randomUUID } from 'node:crypto';
import { CrashPoint } from '../testing/crashes.ts';
import { FenceRig, MINUTE_MS, roomA, desks, siteId } from '../testing/fence-rig.ts';
import { People } from './people.repository.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import type { EndPolicy } from './end-of-access.ts';
import { EndPolicies } from './end-policy.repository.ts';
import type { Upkeep } from './upkeep.ts';
import type { UpkeepResult } from './upkeep.ts';

const QUIET_MS = 10 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SUBSCRIPTION = /\/users\/[^/]+\/subscription$/;
const A_USER = /\/v1.2\/sites\/[^/]+\/users\/[^/]+$/;
const CHANGE_PATH = '/v1.2/sites/*/users/*';
const SEAT_PATH = '/v1.2/sites/*/users/*/subscription';
const locationId = randomUUID();

let rig: FenceRig;
let people: People;
let policies: EndPolicies;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => {
  rig = await FenceRig.create();
  people = new People(poolQueries(rig.pool));
  policies = new EndPolicies(poolQueries(rig.pool));
  await rig.pool.query(
    `INSERT INTO connection (id, location_id, site_id, status, version, refresh_token)
     VALUES ($1, $2, $3, 'connected', 1, 'sealed')`,
    [randomUUID(), locationId, siteId],
  );
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.fake.removeFaults();
  rig.fake.calls.clear();
  member = randomUUID();
  await policies.save(locationId, { kind: 'suspend' });
});

const keepUp = (upkeep: Upkeep = rig.upkeepOf()): Promise<UpkeepResult> => upkeep.run({ siteId, memberId: member });
const done = { dueAt: null, failures: [] };
const seat = async () => (await rig.saltoUser(member)).subscription_state;

/** The member's last access has ended. */
async function endAccess({ n = 1 } = {}): Promise<void> {
  await rig.apply({ n, member, groups: [roomA] });
  await rig.apply({ n: n + 1, member, removals: [roomA] });
}

async function queued(): Promise<{ due_at: Date; asked_no: string } | undefined> {
  const sql = 'SELECT due_at, asked_no FROM user_upkeep WHERE member_id = $1';
  return (await rig.pool.query<{ due_at: Date; asked_no: string }>(sql, [member])).rows[0];
}

async function link(): Promise<{ has_seat: boolean; contact_version: number; idle_at: Date | null } | undefined> {
  const sql = 'SELECT * FROM salto_user WHERE member_id = $1';
  return (await rig.pool.query<{ has_seat: boolean; contact_version: number; idle_at: Date | null }>(sql, [member]))
    .rows[0];
}

describe('when the last access ends', () => {
  test('the user is suspended after a quiet time, and not before', async () => {
    await endAccess();
    const early = await keepUp();
    expect(early).toEqual({ dueAt: expect.any(Number) as number, failures: [] });
    expect((early.dueAt ?? 0) - rig.now()).toBeGreaterThan(QUIET_MS - MINUTE_MS);
    expect(await seat()).toBe('subscribed');
    rig.pass(QUIET_MS);
    expect(await keepUp()).toEqual(done);
    expect(await seat()).toBe('suspended');
    expect(await link()).toMatchObject({ has_seat: false });
  });

  test('that is asked for in the statement that closes the last intent', async () => {
    await rig.apply({ n: 1, member, groups: [roomA, desks] });
    await rig.pool.query('DELETE FROM user_upkeep WHERE member_id = $1', [member]);
    await rig.apply({ n: 2, member, groups: [desks], removals: [roomA] });
    expect(await queued()).toBeUndefined();
    expect(await link()).toMatchObject({ idle_at: null });
    await rig.apply({ n: 3, member, removals: [desks] });
    expect((await queued())!.due_at.getTime() - rig.now()).toBeGreaterThan(QUIET_MS - MINUTE_MS);
  });

  test('access that comes back in time costs no seat', async () => {
    await endAccess();
    rig.pass(QUIET_MS);
    await rig.apply({ n: 3, member, groups: [roomA] });
    expect(await keepUp()).toEqual(done);
    expect(rig.calls('PATCH', SUBSCRIPTION)).toBe(0);
  });

  test('a member that is prepared for its next access keeps its seat until that could have opened', async () => {
    await endAccess();
    rig.pass(QUIET_MS - MINUTE_MS);
    await rig.access.prepare({ siteId, memberId: member });
    rig.pass(2 * MINUTE_MS);
    expect(await keepUp()).toMatchObject({ failures: [] });
    expect(await seat()).toBe('subscribed');
    rig.pass(15 * MINUTE_MS + QUIET_MS);
    await keepUp();
    expect(await seat()).toBe('suspended');
  });

  test('a suspended user is subscribed again, and that is read back, before a door opens', async () => {
    await endAccess();
    rig.pass(QUIET_MS);
    await keepUp();
    rig.fake.calls.clear();
    expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
    const calls = rig.fake.calls.matching(() => true).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    const { id } = await rig.saltoUser(member);
    expect(calls.slice(0, 2)).toEqual(['PATCH subscription', `GET ${id}`]);
    expect(await seat()).toBe('subscribed');
  });

  test.each(['keep', 'suspend'] as const)('a user that was there before us is left alone by "%s"', async (kind) => {
    await policies.save(locationId, { kind });
    await linkedUser();
    await endAccess();
    rig.pass(QUIET_MS);
    expect(await keepUp()).toEqual(done);
    expect(await seat()).toBe('subscribed');
  });

  test('"keep" keeps', async () => {
    await policies.save(locationId, { kind: 'keep' });
    await endAccess();
    rig.pass(30 * DAY_MS);
    expect(await keepUp()).toEqual(done);
    expect(await seat()).toBe('subscribed');
  });

  test('a user in somebody else’s group is left alone, and looked at again later', async () => {
    await endAccess();
    await rig.byHand('add', desks, member);
    rig.pass(QUIET_MS);
    const result = await keepUp();
    expect(result.failures).toEqual([]);
    expect(result.dueAt).toBeGreaterThan(rig.now());
    expect(await seat()).toBe('subscribed');
    await rig.byHand('remove', desks, member);
    rig.pass(60 * MINUTE_MS);
    await keepUp();
    expect(await seat()).toBe('suspended');
  });

  test('a restored adapter, which has forgotten whose the access is, takes no seat from whom it sees in a group', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    await rig.restoreIntents();
    await rig.pool.query('UPDATE salto_user SET idle_at = now() WHERE member_id = $1', [member]);
    rig.pass(QUIET_MS);
    await keepUp();
    expect(await seat()).toBe('subscribed');
  });

  test('"delete after N days" suspends at once, and deletes and forgets after N days', async () => {
    const policy: EndPolicy = { kind: 'delete', days: 3 };
    await policies.save(locationId, policy);
    await endAccess();
    rig.pass(QUIET_MS);
    const { dueAt } = await keepUp();
    expect(await seat()).toBe('suspended');
    const { id } = await rig.saltoUser(member);
    rig.pass((dueAt ?? 0) - rig.now());
    expect(await keepUp()).toEqual(done);
    expect(rig.fake.state.siteUsers.get(id)).toBeUndefined();
    expect(await link()).toBeUndefined();
  });

  test('a changed policy is asked for of those whose access has ended already', async () => {
    await policies.save(locationId, { kind: 'keep' });
    await endAccess();
    await rig.pool.query('DELETE FROM user_upkeep WHERE member_id = $1', [member]);
    await policies.save(locationId, { kind: 'suspend' });
    expect(await queued()).toBeDefined();
  });
});

describe('a deletion', () => {
  beforeEach(() => policies.save(locationId, { kind: 'delete', days: 0 }));
  afterEach(() => rig.fake.set({ user_delete_seconds: 0 }));

  test('goes on until Salto no longer knows the user; ids and links go then', async () => {
    rig.fake.set({ user_delete_seconds: 3_600 });
    await endAccess();
    rig.pass(QUIET_MS);
    const { dueAt, failures } = await keepUp();
    expect([failures, (dueAt ?? 0) > rig.now()]).toEqual([[], true]);
    expect(await link()).toBeDefined();
    rig.fake.set({ user_delete_seconds: 0 });
    expect(await keepUp()).toEqual(done);
    expect(await link()).toBeUndefined();
  });

  test('without an answer is not taken back: whoever needs the user gets a new one', async () => {
    await endAccess();
    const { id } = await rig.saltoUser(member);
    rig.pass(QUIET_MS);
    rig.fault({ method: 'DELETE', path: CHANGE_PATH, times: 1, effect: { kind: 'timeout', write: 'lost' } });
    expect((await keepUp(rig.upkeepOf({ callDeadlineMs: 300 }))).failures).toMatchObject([{ isAnswerUnknown: true }]);
    expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
    expect((await rig.saltoUser(member)).id).not.toBe(id);
    expect(await rig.groupsOf(member)).toEqual([roomA]);
  });

  test('that lands late deletes nobody new', async () => {
    await endAccess();
    rig.pass(QUIET_MS);
    rig.fault({ method: 'DELETE', path: CHANGE_PATH, times: 1, effect: { kind: 'late_write' } });
    await keepUp(rig.upkeepOf({ callDeadlineMs: 300 }));
    await rig.apply({ n: 3, member, groups: [roomA] });
    await rig.releaseLateWrites();
    expect(await rig.groupsOf(member)).toEqual([roomA]);
    expect(await seat()).toBe('subscribed');
  });
});

describe('a suspension without an answer', () => {
  const hasty = () => rig.upkeepOf({ callDeadlineMs: 300 });

  test('that lands after the next opening is made good when nothing can land any more', async () => {
    await endAccess();
    rig.pass(QUIET_MS);
    rig.fault({ method: 'PATCH', path: SEAT_PATH, times: 1, effect: { kind: 'late_write' } });
    expect((await keepUp(hasty())).failures).toMatchObject([{ isAnswerUnknown: true }]);
    await rig.apply({ n: 3, member, groups: [roomA] });
    expect(await seat()).toBe('subscribed');
    await rig.releaseLateWrites();
    expect(await seat()).toBe('suspended');
    expect((await queued())!.due_at.getTime()).toBeLessThanOrEqual(rig.now() + MINUTE_MS);
    rig.pass(MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect(await seat()).toBe('subscribed');
    expect(await link()).toMatchObject({ has_seat: true });
  });

  test('is repeated a minute later', async () => {
    await endAccess();
    rig.pass(QUIET_MS);
    rig.fault({ method: 'PATCH', path: SEAT_PATH, times: 1, effect: { kind: 'timeout', write: 'lost' } });
    await keepUp(hasty());
    expect(await seat()).toBe('subscribed');
    expect(await keepUp()).toMatchObject({ dueAt: expect.any(Number) as number, failures: [] });
    rig.pass(MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect(await seat()).toBe('suspended');
  });
});

describe('a deleted person', () => {
  test('whose access has ended is deleted at Salto at once, whatever the policy, and nothing of it stays', async () => {
    await policies.save(locationId, { kind: 'keep' });
    await rig.apply({ n: 1, member, groups: [roomA] });
    await people.deleted(member, 9);
    expect(await keepUp()).toEqual(done);
    expect(await rig.groupsOf(member)).toEqual([roomA]);
    await rig.apply({ n: 2, member, removals: [roomA] });
    expect((await queued())!.due_at.getTime()).toBeLessThanOrEqual(rig.now());
    const { id } = await rig.saltoUser(member);
    rig.pass(2 * MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect(rig.fake.state.siteUsers.get(id)).toBeUndefined();
    expect(await link()).toBeUndefined();
  });

  test('that was linked leaves its Salto user as it was', async () => {
    const { id } = await linkedUser();
    await endAccess();
    await people.deleted(member, 9);
    expect(await keepUp()).toEqual(done);
    expect(rig.fake.state.siteUsers.get(id)).toMatchObject({ subscription_state: 'subscribed' });
    expect(await link()).toBeUndefined();
  });
});

describe('a changed name or e-mail', () => {
  const person = (contactVersion: number) => ({
    id: member,
    administratorOf: [],
    memberOf: [],
    inviteeOf: [],
    accounts: [],
    contactVersion,
  });

  /** Billing has a new name or e-mail, and says so. */
  async function changes(contact: object, version: number): Promise<void> {
    rig.contacts.set(member, { ...contact, version });
    await people.changed(person(version), version);
  }

  async function account() {
    return rig.fake.state.accounts.get((await rig.saltoUser(member)).user_id);
  }

  test('is written to a user that we created, once', async () => {
    await rig.access.prepare({ siteId, memberId: member });
    await changes({ givenName: 'Augusta', familyName: 'King', email: `${member}@king.example` }, 2);
    expect((await queued())!.due_at.getTime()).toBeLessThanOrEqual(Date.now());
    await keepUp();
    expect(await account()).toMatchObject({ first_name: 'Augusta', email: `${member}@king.example` });
    expect(await rig.saltoUser(member)).toMatchObject({ alias: 'Augusta King' });
    expect(await link()).toMatchObject({ contact_version: 2 });
    rig.fake.calls.clear();
    await keepUp();
    expect(rig.calls('PATCH', A_USER)).toBe(0);
  });

  test('is never written to a user that was there before us', async () => {
    await linkedUser();
    await changes({ givenName: 'Augusta' }, 2);
    await keepUp();
    expect(rig.calls('PATCH', A_USER)).toBe(0);
    expect(await account()).toMatchObject({ first_name: 'F' });
  });

  test('of an e-mail that another user has is a conflict, until it changes again', async () => {
    const other = randomUUID();
    await rig.access.prepare({ siteId, memberId: other });
    await rig.access.prepare({ siteId, memberId: member });
    await changes({ givenName: 'Augusta', email: `${other}@members.example` }, 2);
    expect((await keepUp()).failures).toMatchObject([{ code: 'email_conflict', retry: 'never' }]);
    expect(await link()).toMatchObject({ contact_version: 1 });
    await changes({ givenName: 'Augusta', email: `${member}@free.example` }, 3);
    expect((await keepUp()).failures).toEqual([]);
    expect(await account()).toMatchObject({ email: `${member}@free.example` });
  });

  test('without an answer is repeated when it cannot land over a newer one any more', async () => {
    await rig.access.prepare({ siteId, memberId: member });
    await changes({ givenName: 'Second' }, 2);
    rig.fault({ method: 'PATCH', path: CHANGE_PATH, times: 1, effect: { kind: 'late_write' } });
    expect((await keepUp(rig.upkeepOf({ callDeadlineMs: 300 }))).failures).toMatchObject([{ isAnswerUnknown: true }]);
    await changes({ givenName: 'Third' }, 3);
    const { failures } = await keepUp();
    expect(failures).toMatchObject([{ retryAt: expect.any(Number) as number }]);
    expect(rig.calls('PATCH', A_USER)).toBe(1);
    await rig.releaseLateWrites();
    rig.pass(MINUTE_MS);
    await keepUp();
    expect(await account()).toMatchObject({ first_name: 'Third' });
  });

  test('survives a crash at any point', async () => {
    for (let boundary = 1; boundary < 100; boundary += 1) {
      member = randomUUID();
      await rig.access.prepare({ siteId, memberId: member });
      await changes({ givenName: 'Augusta' }, 2);
      const died = await crashesAt(boundary);
      rig.pass(MINUTE_MS);
      await keepUp();
      expect(await account()).toMatchObject({ first_name: 'Augusta' });
      expect(await link()).toMatchObject({ contact_version: 2 });
      if (!died) return;
    }
    throw new Error('there was no end of crash points');
  });
});

test('the end of access survives a crash at any point', async () => {
  for (let boundary = 1; boundary < 100; boundary += 1) {
    member = randomUUID();
    await endAccess();
    rig.pass(QUIET_MS);
    const died = await crashesAt(boundary);
    rig.pass(MINUTE_MS);
    await keepUp();
    expect([await seat(), (await link())?.has_seat]).toEqual(['suspended', false]);
    expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
    rig.pass(MINUTE_MS);
    await keepUp();
    expect([await seat(), (await link())?.has_seat]).toEqual(['subscribed', true]);
    if (!died) return;
  }
  throw new Error('there was no end of crash points');
});

/** An upkeep whose process dies at this boundary. @returns whether it came to that */
async function crashesAt(boundary: number): Promise<boolean> {
  const crash = new CrashPoint(boundary);
  const options = { pool: crash.pool(rig.pool), onBeforeSend: () => Promise.resolve(crash.pass()) };
  return keepUp(rig.upkeepOf(options)).then(
    ({ failures }) => failures.length > 0,
    () => true,
  );
}

/** A user that others made is the member's. */
async function linkedUser() {
  await rig.foreignUser(`${member}@members.example`);
  await expect(rig.access.prepare({ siteId, memberId: member })).rejects.toMatchObject({ code: 'email_conflict' });
  await rig.decideLink('link', member);
  await rig.access.prepare({ siteId, memberId: member });
  return rig.saltoUser(member);
}
