import { eventually } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { ADD_PATH, desks, FenceRig, MINUTE_MS, office1, REMOVE_PATH, roomA, siteId } from '../testing/fence-rig.ts';
import { LOCK_LOST } from './failures.ts';

let rig: FenceRig;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => (rig = await FenceRig.create()));
afterAll(() => rig.close());
beforeEach(async () => {
  rig.fake.removeFaults();
  member = randomUUID();
  await rig.access.prepare({ siteId, memberId: member });
});

async function inQuarantine(): Promise<string[]> {
  const { rows } = await rig.pool.query<{ groupId: string }>(
    'SELECT group_id AS "groupId" FROM quarantine WHERE member_id = $1',
    [member],
  );
  return rows.map(({ groupId }) => groupId);
}

test('an add that times out and lands after a newer revision was confirmed', async () => {
  rig.fault({ method: 'POST', path: ADD_PATH, effect: { kind: 'late_write' } });
  expect(await rig.apply({ n: 1, member, groups: [roomA] }, rig.hasty())).toMatchObject({
    kind: 'unverified',
    groups: [{ groupId: roomA, outcome: 'pending', isOurs: true, failure: { code: 'provider_unavailable' } }],
  });
  rig.fake.removeFaults();
  // The newer revision wants nothing. Nothing is there, but what is under way may land: it must not be confirmed.
  const newer = await rig.apply({ n: 2, member, removals: [roomA] });
  expect(newer).toMatchObject({ kind: 'unverified', groups: [{ groupId: roomA, outcome: 'pending' }] });
  await rig.releaseLateWrites();
  expect(await rig.groupsOf(member)).toEqual([roomA]);
  rig.pass(MINUTE_MS);
  expect(await rig.apply({ n: 2, member, removals: [roomA] })).toMatchObject({
    kind: 'confirmed',
    groups: [{ groupId: roomA, outcome: 'absent' }],
  });
  expect(await rig.groupsOf(member)).toEqual([]);
  expect(await inQuarantine()).toEqual([roomA]);
});

test('a delete that times out and lands after a newer revision was confirmed', async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  rig.fault({ method: 'DELETE', path: REMOVE_PATH, effect: { kind: 'late_write' } });
  expect(await rig.apply({ n: 2, member, removals: [roomA] }, rig.hasty())).toMatchObject({ kind: 'unverified' });
  expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject({
    kind: 'unverified',
    groups: [{ groupId: roomA, outcome: 'present' }],
  });
  await rig.releaseLateWrites();
  expect(await rig.groupsOf(member)).toEqual([]);
  rig.pass(MINUTE_MS);
  expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('a definite answer to a later write does not settle an earlier one without an answer', async () => {
  rig.fault({ method: 'POST', path: ADD_PATH, times: 1, effect: { kind: 'late_write' } });
  // The second add of the same attempt succeeds: the member is in at once, and confirmed a minute later.
  const first = await rig.apply({ n: 1, member, groups: [roomA] }, rig.hasty());
  expect(first).toMatchObject({ kind: 'unverified', groups: [{ outcome: 'present' }] });
  expect(await rig.apply({ n: 2, member, removals: [roomA] })).toMatchObject({ kind: 'unverified' });
  await rig.releaseLateWrites();
  rig.pass(MINUTE_MS);
  expect(await rig.apply({ n: 2, member, removals: [roomA] })).toMatchObject({ kind: 'confirmed' });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('an unverified revision is confirmed by one read, and not before its minute', async () => {
  rig.fault({ method: 'POST', path: ADD_PATH, effect: { kind: 'timeout', write: 'applied' } });
  const result = await rig.apply({ n: 1, member, groups: [roomA] }, rig.hasty());
  if (result.kind !== 'unverified') throw new Error(result.kind);
  expect(result.groups).toMatchObject([{ outcome: 'present' }]);
  expect(result.verifyAt - rig.now()).toBeGreaterThan(MINUTE_MS - 5_000);
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({ kind: 'unverified' });
  rig.pass(MINUTE_MS);
  rig.fake.calls.clear();
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
  expect(rig.fake.calls.matching(() => true).map(({ method }) => method)).toEqual(['GET']);
});

test('an until lengthened while the old attempt answers expired', async () => {
  const until = rig.now() + 60 * MINUTE_MS;
  const newer = { n: 2, member, groups: [{ id: roomA, until: until + 60 * MINUTE_MS }] };
  let newAttempt: Promise<unknown> | undefined;
  const old = rig.replica({
    onBeforeSend: () => {
      // The clock passes `until` while the old attempt reads the group, and the lengthened revision is sent.
      if (newAttempt === undefined) rig.pass(60 * MINUTE_MS);
      newAttempt ??= rig.apply(newer);
      return Promise.resolve();
    },
  });
  expect(await rig.apply({ n: 1, member, groups: [{ id: roomA, until }] }, old)).toMatchObject({ kind: 'expired' });
  expect(await newAttempt).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'present' }] });
  expect(await rig.apply({ n: 1, member, groups: [{ id: roomA, until }] })).toMatchObject({ kind: 'superseded' });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('an attempt that lost its lock and goes on', async () => {
  let calls = 0;
  const cutOff = rig.replica({
    onBeforeSend: async () => {
      calls += 1;
      if (calls < 3) return;
      // Between its commit and its write the attempt loses the lock, and a newer revision runs to its end.
      await rig.endLockSessions();
      expect(await rig.apply({ n: 2, member })).toMatchObject({ kind: 'unverified' });
    },
  });
  const old = rig.apply({ n: 1, member, groups: [roomA, desks] }, cutOff);
  await expect(old).rejects.toMatchObject({ code: LOCK_LOST, retry: 'soon' });
  // Two reads, and the one write that was already on its way: none after it.
  expect(calls).toBe(3);
  expect(await rig.groupsOf(member)).toEqual([roomA]);
  rig.pass(MINUTE_MS);
  expect(await rig.apply({ n: 2, member })).toMatchObject({ kind: 'confirmed' });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test("a blocked add beside another entitlement's end", async () => {
  await rig.apply({ n: 1, member, groups: [desks] });
  const missing = randomUUID();
  expect(await rig.apply({ n: 2, member, groups: [missing], removals: [desks] })).toMatchObject({
    kind: 'confirmed',
    groups: [
      { groupId: missing, outcome: 'blocked' },
      { groupId: desks, outcome: 'absent' },
    ],
  });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('a foreign membership removed by hand before we add', async () => {
  await rig.byHand('add', roomA, member);
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({ groups: [{ isOurs: false }] });
  await rig.byHand('remove', roomA, member);
  expect(await rig.apply({ n: 2, member, groups: [roomA] })).toMatchObject({ groups: [{ isOurs: true }] });
  await rig.apply({ n: 3, member, removals: [roomA] });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('a foreign membership added by hand after we removed', async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  await rig.apply({ n: 2, member, removals: [roomA] });
  await rig.byHand('add', roomA, member);
  expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject({ groups: [{ isOurs: false }] });
  await rig.apply({ n: 4, member, removals: [roomA] });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

describe("the adapter's database restored from a backup", () => {
  const last = { n: 2, removals: [roomA], confirmed: 1, owned: [roomA] };

  test('what access-service knows to be ours is still removed', async () => {
    await rig.apply({ n: 1, member, groups: [roomA, desks] });
    await rig.restoreIntents();
    await rig.apply({ n: 2, member, groups: [desks], removals: [roomA], confirmed: 1, owned: [desks, roomA] });
    expect(await rig.groupsOf(member)).toEqual([desks]);
    await rig.apply({ n: 3, member, removals: [desks], confirmed: 2, owned: [desks] });
    expect(await rig.groupsOf(member)).toEqual([]);
  });

  test('also of a member whose user it has forgotten: the one with its e-mail that we put into the group', async () => {
    await rig.apply({ n: 1, member, groups: [roomA, desks] });
    const user = await rig.platformId(member);
    await rig.restoreEmpty();
    await rig.apply({ n: 2, member, groups: [desks], removals: [roomA], confirmed: 1, owned: [desks, roomA] });
    expect([await rig.platformId(member), rig.groupsOfUser(user)]).toEqual([user, [desks]]);
    await rig.apply({ n: 3, member, removals: [desks], confirmed: 2, owned: [desks] });
    expect(rig.groupsOfUser(user)).toEqual([]);
  });

  test('a removal is not confirmed while nobody knows who in the group the member is', async () => {
    rig.fake.state.accessGroups.get(roomA)?.members.clear();
    await rig.apply({ n: 1, member, groups: [roomA] });
    const user = await rig.platformId(member);
    await rig.restoreEmpty();
    rig.contacts.set(member, { email: `${member}@new.example`, version: 2 });
    const lost = { failure: { code: 'user_link_lost', retry: 'later' } };
    await expect(rig.apply({ member, ...last })).rejects.toMatchObject(lost);
    // Nor is a second user made for the member meanwhile.
    await expect(rig.apply({ member, ...last, n: 3, groups: [desks] })).rejects.toMatchObject(lost);
    expect(rig.groupsOfUser(user)).toEqual([roomA]);
    rig.byHandOf('remove', roomA, user);
    expect(await rig.apply({ member, ...last, n: 4 })).toMatchObject({ kind: 'confirmed' });
  });

  test('a deleted person, whom nobody can be asked about, is not taken for gone', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    const user = await rig.platformId(member);
    await rig.restoreEmpty();
    await rig.pool.query('INSERT INTO person (member_id, version, is_deleted) VALUES ($1, 1, true)', [member]);
    await expect(rig.apply({ member, ...last })).rejects.toMatchObject({ failure: { code: 'user_link_lost' } });
    expect(rig.groupsOfUser(user)).toEqual([roomA]);
  });

  test('who was taken out meanwhile is not looked for', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    await rig.byHand('remove', roomA, member);
    await rig.restoreEmpty();
    expect(await rig.apply({ member, ...last })).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'absent' }] });
  });
});

test("an adapter that was not restored goes by its own rows: an old copy of ownership removes nobody's", async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  await rig.apply({ n: 2, member, removals: [roomA], confirmed: 1, owned: [roomA] });
  await rig.byHand('add', roomA, member);
  await rig.apply({ n: 3, member, removals: [roomA], confirmed: 1, owned: [roomA] });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('two attempts of one pair never run at the same time', async () => {
  let running = 0;
  let most = 0;
  const watched = () =>
    rig.replica({
      onBeforeSend: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
    });
  const wishes = [1, 2, 3, 4, 5].map((n) => rig.apply({ n, member, groups: n % 2 ? [roomA] : [office1] }, watched()));
  await Promise.all(wishes);
  expect(most).toBe(1);
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('an attempt does not wait for ever for another one of its pair', async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow = rig.apply({ n: 1, member, groups: [roomA] }, rig.replica({ onBeforeSend: () => held }));
  await eventually(async () => (await lockHolders()) === 1);
  const impatient = rig.replica({ waitMs: 50 });
  await expect(rig.apply({ n: 2, member }, impatient)).rejects.toMatchObject({ code: 'pair_busy', retry: 'soon' });
  letGo();
  await slow.catch(() => undefined);
});

async function lockHolders(): Promise<number> {
  const { rows } = await rig.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.n ?? 0;
}
