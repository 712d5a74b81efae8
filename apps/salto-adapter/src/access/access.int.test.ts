import { randomUUID } from 'node:crypto';
import { desks, FenceRig, REMOVE_PATH, frontDoor, MINUTE_MS, office1, roomA, siteId } from '../testing/fence-rig.ts';

let rig: FenceRig;
beforeAll(async () => (rig = await FenceRig.create()));
afterAll(() => rig.close());
beforeEach(() => rig.fake.removeFaults());

const A_GROUP = /\/access_groups\/[^/]+\/users/;

test('a member new to Salto is created, given a seat and put into the groups', async () => {
  const member = randomUUID();
  const result = await rig.apply({ n: 1, member, groups: [roomA, desks] });
  expect(result).toMatchObject({
    kind: 'confirmed',
    groups: [
      { groupId: roomA, outcome: 'present', isOurs: true },
      { groupId: desks, outcome: 'present', isOurs: true },
    ],
  });
  expect(await rig.groupsOf(member)).toEqual([roomA, desks]);
});

test('a prepared member costs one read of ownership and one call to add, and one call to remove', async () => {
  const member = randomUUID();
  await rig.access.prepare({ siteId, memberId: member });
  rig.fake.calls.clear();
  await rig.apply({ n: 1, member, groups: [roomA] });
  expect([rig.calls('GET', A_GROUP), rig.calls('POST', A_GROUP), rig.calls('GET', /./)]).toEqual([1, 1, 1]);
  rig.fake.calls.clear();
  await rig.apply({ n: 2, member, removals: [roomA] });
  expect([rig.calls('DELETE', A_GROUP), rig.fake.calls.matching(() => true).length]).toEqual([1, 1]);
});

test('preparing twice asks Salto nothing the second time', async () => {
  const member = randomUUID();
  await rig.access.prepare({ siteId, memberId: member });
  rig.fake.calls.clear();
  await rig.access.prepare({ siteId, memberId: member });
  expect(rig.fake.calls.matching(() => true)).toEqual([]);
});

test('a lower revision answers superseded with the highest seen and writes nothing', async () => {
  const member = randomUUID();
  await rig.apply({ n: 7, member, groups: [roomA] });
  rig.fake.calls.clear();
  const result = await rig.apply({ n: 6, member, groups: [] });
  expect(result).toEqual({ kind: 'superseded', highestSeen: { epoch: 1, n: 7 } });
  expect(await rig.apply({ n: 99, epoch: 0, member })).toMatchObject({ kind: 'superseded' });
  expect(rig.fake.calls.matching(() => true)).toEqual([]);
  expect(await rig.apply({ n: 1, epoch: 2, member })).toMatchObject({ kind: 'confirmed' });
});

test('an equal revision runs again and heals what was changed by hand', async () => {
  const member = randomUUID();
  await rig.apply({ n: 1, member, groups: [roomA] });
  await rig.byHand('remove', roomA, member);
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('what is ours and no longer wanted is removed, also where no removal names it', async () => {
  const member = randomUUID();
  await rig.apply({ n: 1, member, groups: [roomA, desks] });
  const result = await rig.apply({ n: 2, member, groups: [desks] });
  expect(result).toMatchObject({
    kind: 'confirmed',
    groups: [{ groupId: desks }, { groupId: roomA, outcome: 'absent' }],
  });
  expect(await rig.groupsOf(member)).toEqual([desks]);
});

test('a foreign membership is neither taken over nor removed', async () => {
  const member = randomUUID();
  await rig.access.prepare({ siteId, memberId: member });
  await rig.byHand('add', roomA, member);
  const result = await rig.apply({ n: 1, member, groups: [roomA] });
  expect(result).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'present', isOurs: false }] });
  expect(await rig.apply({ n: 2, member, removals: [roomA] })).toMatchObject({ kind: 'confirmed' });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('an add past its until is skipped and confirms nothing', async () => {
  const member = randomUUID();
  const result = await rig.apply({ n: 1, member, groups: [{ id: roomA, until: rig.now() - 1 }] });
  expect(result).toMatchObject({ kind: 'expired', groups: [{ groupId: roomA, outcome: 'expired' }] });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('adds are made before removals', async () => {
  const member = randomUUID();
  await rig.apply({ n: 1, member, groups: [roomA] });
  rig.fake.calls.clear();
  await rig.apply({
    n: 2,
    member,
    groups: [office1],
    removals: [{ id: roomA, waitsFor: office1, waitsUntil: rig.now() + MINUTE_MS }],
  });
  const writes = rig.fake.calls.matching(({ method }) => method !== 'GET').map(({ method }) => method);
  expect(writes).toEqual(['POST', 'DELETE']);
});

test('a removal waits for the add that replaces it while that fails transiently, until its time', async () => {
  const member = randomUUID();
  await rig.apply({ n: 1, member, groups: [roomA] });
  rig.fault({ method: 'POST', path: `/v1.2/sites/*/access_groups/${office1}/users`, effect: { kind: 'unavailable' } });
  const waitsUntil = rig.now() + MINUTE_MS;
  const wish = { n: 2, member, groups: [office1], removals: [{ id: roomA, waitsFor: office1, waitsUntil }] };
  await expect(rig.apply(wish)).rejects.toMatchObject({ failure: { code: 'provider_unavailable' } });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
  rig.pass(MINUTE_MS);
  await expect(rig.apply(wish)).rejects.toMatchObject({
    groups: [
      { groupId: office1, outcome: 'pending' },
      { groupId: roomA, outcome: 'absent' },
    ],
  });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('a removal beside another failing add does not wait', async () => {
  const member = randomUUID();
  await rig.apply({ n: 1, member, groups: [roomA] });
  rig.fault({ method: 'POST', path: `/v1.2/sites/*/access_groups/${office1}/users`, effect: { kind: 'unavailable' } });
  await expect(rig.apply({ n: 2, member, groups: [office1], removals: [roomA] })).rejects.toMatchObject({
    groups: [{ outcome: 'pending' }, { groupId: roomA, outcome: 'absent' }],
  });
});

test('already there and already gone are success, whatever Salto calls them', async () => {
  const member = randomUUID();
  rig.fake.set({ repeated_member_change: 'fails' });
  try {
    await rig.apply({ n: 1, member, groups: [roomA] });
    await rig.byHand('remove', roomA, member);
    // Of a new user "not found" may mean "not yet known" (and is not believed); of an older one it means "gone".
    rig.pass(2 * MINUTE_MS);
    expect(await rig.apply({ n: 2, member })).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'absent' }] });
    await rig.apply({ n: 3, member, groups: [roomA] });
    await rig.byHand('remove', roomA, member);
    const effect = { kind: 'answer', status: 409, body: {} } as const;
    rig.fault({ method: 'DELETE', path: REMOVE_PATH, effect, times: 1 });
    expect(await rig.apply({ n: 4, member })).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'absent' }] });
    const racing = rig.replica({ onBeforeSend: () => rig.byHand('add', frontDoor, member) });
    rig.fault({
      method: 'GET',
      path: `/v1.2/sites/*/access_groups/*/users`,
      effect: { kind: 'answer', status: 200, body: [] },
      times: 1,
    });
    expect(await rig.apply({ n: 5, member, groups: [frontDoor] }, racing)).toMatchObject({ kind: 'confirmed' });
  } finally {
    rig.fake.set({ repeated_member_change: 'succeeds' });
  }
});

test('a full site gives no seat: the add fails with seat_limit_reached, and works once a seat is free', async () => {
  const member = randomUUID();
  const site = rig.fake.state.sites.get(siteId);
  if (site === undefined) throw new Error('no site');
  const seats = site.user_amount;
  site.user_amount = rig.fake.state.siteUsers.seatsTaken(siteId);
  await expect(rig.apply({ n: 1, member, groups: [roomA] })).rejects.toMatchObject({
    failure: { code: 'seat_limit_reached', retry: 'later' },
    groups: [{ groupId: roomA, outcome: 'pending', failure: { code: 'seat_limit_reached' } }],
  });
  site.user_amount = seats;
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
});

test('what Salto says of a new user in its first two minutes is transient, and final afterwards', async () => {
  const member = randomUUID();
  await rig.access.prepare({ siteId, memberId: member });
  const unknownUser = { kind: 'answer' as const, status: 404, body: { ErrorCode: 2202, Message: 'User not found' } };
  rig.fault({ method: 'POST', path: `/v1.2/sites/*/access_groups/*/users`, effect: unknownUser });
  await expect(rig.apply({ n: 1, member, groups: [roomA] })).rejects.toMatchObject({
    failure: { code: 'not_yet_propagated', retry: 'soon' },
  });
  rig.pass(2 * MINUTE_MS);
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({
    kind: 'confirmed',
    groups: [{ outcome: 'blocked', failure: { code: 'user_deleted_externally' } }],
  });
});

test('a group that does not exist blocks its add and nothing else', async () => {
  const member = randomUUID();
  const missing = randomUUID();
  expect(await rig.apply({ n: 1, member, groups: [missing, roomA] })).toMatchObject({
    kind: 'confirmed',
    groups: [
      { groupId: missing, outcome: 'blocked', failure: { code: 'group_missing' } },
      { groupId: roomA, outcome: 'present' },
    ],
  });
});

test.each([
  ['looked for', { method: 'GET' }],
  ['made', { method: 'POST' }],
] as const)(
  'a member whose Salto user is %s without an answer is in no group: nothing is confirmed',
  async (_, call) => {
    const member = randomUUID();
    rig.fault({ ...call, path: '/v1.2/sites/*/users', times: 1, effect: { kind: 'timeout', write: 'applied' } });
    await expect(rig.apply({ n: 1, member, groups: [roomA] }, rig.hasty())).rejects.toMatchObject({
      failure: { code: 'provider_unavailable', retry: 'soon' },
      groups: [{ groupId: roomA, outcome: 'pending' }],
    });
    expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
    expect(await rig.groupsOf(member)).toEqual([roomA]);
  },
);

test('a rate limit is answered with the time that Salto asks for', async () => {
  const member = randomUUID();
  rig.fault({ method: 'GET', effect: { kind: 'rate_limit', retry_after_seconds: 30 } });
  await expect(rig.apply({ n: 1, member, groups: [roomA] })).rejects.toMatchObject({
    failure: { code: 'rate_limited', retryAt: expect.any(Number) as number },
  });
});

test('a shared read from before our own last write decides nothing', async () => {
  const member = randomUUID();
  const other = randomUUID();
  const sharing = rig.replica({ membersMaxAgeMs: 60_000 });
  await rig.apply({ n: 1, member, groups: [roomA] }, sharing);
  await rig.apply({ n: 1, member: other, groups: [roomA] }, sharing);
  // The read is still young, and shows the member that is removed now.
  await rig.apply({ n: 2, member, removals: [roomA] }, sharing);
  expect(await rig.apply({ n: 3, member, groups: [roomA] }, sharing)).toMatchObject({ groups: [{ isOurs: true }] });
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('attempts that come together share their reads', async () => {
  const members = Array.from({ length: 8 }, () => randomUUID());
  await Promise.all(members.map((memberId) => rig.access.prepare({ siteId, memberId })));
  rig.fake.calls.clear();
  const sharing = rig.replica({ membersMaxAgeMs: 2_000 });
  await Promise.all(members.map((member) => rig.apply({ n: 1, member, groups: [desks] }, sharing)));
  expect(rig.calls('POST', A_GROUP)).toBe(8);
  expect(rig.calls('GET', A_GROUP)).toBeLessThanOrEqual(2);
});

test('an old look that shows a member absent serves a little longer; one that shows it present does not', async () => {
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  rig.pass(MINUTE_MS); // whatever earlier tests have read is old
  await Promise.all([first, second, third].map((memberId) => rig.access.prepare({ siteId, memberId })));
  await rig.byHand('add', office1, second);
  const sharing = rig.replica({ membersMaxAgeMs: 2_000 });
  await rig.apply({ n: 1, member: first, groups: [office1] }, sharing);
  await rig.byHand('remove', office1, second);
  rig.pass(2_500);
  rig.fake.calls.clear();
  await rig.apply({ n: 1, member: third, groups: [office1] }, sharing);
  expect(rig.calls('GET', A_GROUP)).toBe(0);
  // The old look says that the second is there by hand: so believed, its member would stand before a closed door.
  await rig.apply({ n: 1, member: second, groups: [office1] }, sharing);
  expect(rig.calls('GET', A_GROUP)).toBe(1);
  expect(await rig.groupsOf(second)).toEqual([office1]);
});
