import { randomUUID } from 'node:crypto';
import { FenceRig, MINUTE_MS, roomA, siteId } from '../testing/fence-rig.ts';

let rig: FenceRig;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => (rig = await FenceRig.create()));
afterAll(() => rig.close());
beforeEach(() => {
  rig.fake.removeFaults();
  rig.fake.calls.clear();
  member = randomUUID();
});

const HOUR_MS = 60 * MINUTE_MS;
const prepare = () => rig.access.prepare({ siteId, memberId: member });
const isBlockedBy = (code: string) => ({
  kind: 'confirmed',
  groups: [{ groupId: roomA, outcome: 'blocked', failure: { code } }],
});

/** Somebody deletes the member's user in Salto's dashboard. */
async function deleteByHand(): Promise<void> {
  rig.fake.state.siteUsers.delete((await rig.saltoUser(member)).id);
}

test('a user that is blocked in Salto blocks the grant until somebody unblocks it', async () => {
  await prepare();
  (await rig.saltoUser(member)).blocked = true;
  rig.pass(HOUR_MS + 1);
  await expect(prepare()).rejects.toMatchObject({ code: 'user_blocked', retry: 'never' });
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject(isBlockedBy('user_blocked'));
  expect(await rig.groupsOf(member)).toEqual([]);
  (await rig.saltoUser(member)).blocked = false;
  expect(await rig.apply({ n: 2, member, groups: [roomA] })).toMatchObject({ groups: [{ outcome: 'present' }] });
});

test('a member of the group whose user somebody blocked is shown as blocked, and stays in the group', async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  (await rig.saltoUser(member)).blocked = true;
  rig.pass(HOUR_MS + 1);
  const again = await rig.apply({ n: 2, member, groups: [roomA] });
  expect(again).toMatchObject(isBlockedBy('user_blocked'));
  expect(again.kind === 'confirmed' && again.groups).toMatchObject([{ isOurs: true }]);
  expect(await rig.groupsOf(member)).toEqual([roomA]);
});

test('a member of the group for whom there is no seat any more is not confirmed until there is one', async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  (await rig.saltoUser(member)).subscription_state = 'suspended';
  const site = rig.fake.state.sites.get(siteId)!;
  const seats = site.user_amount;
  site.user_amount = rig.fake.state.siteUsers.seatsTaken(siteId);
  rig.pass(HOUR_MS + 1);
  const open = () => rig.apply({ n: 2, member, groups: [roomA] });
  await expect(open()).rejects.toMatchObject({ failure: { code: 'seat_limit_reached', retry: 'later' } });
  site.user_amount = seats;
  expect(await open()).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'present' }] });
  expect(await rig.saltoUser(member)).toMatchObject({ subscription_state: 'subscribed' });
});

test('an opening that nothing prepared looks at the user again after an hour', async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  await rig.apply({ n: 2, member });
  (await rig.saltoUser(member)).blocked = true;
  rig.pass(HOUR_MS + 1);
  expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject(isBlockedBy('user_blocked'));
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('a blocked user loses access all the same', async () => {
  await rig.apply({ n: 1, member, groups: [roomA] });
  (await rig.saltoUser(member)).blocked = true;
  await rig.apply({ n: 2, member });
  expect(await rig.groupsOf(member)).toEqual([]);
});

test('a user that lost its seat by hand gets one again ahead of its next access', async () => {
  await prepare();
  (await rig.saltoUser(member)).subscription_state = 'suspended';
  rig.pass(HOUR_MS + 1);
  await prepare();
  expect(await rig.saltoUser(member)).toMatchObject({ subscription_state: 'subscribed' });
});

test('until an hour after it was seen fit a user is not looked at again', async () => {
  await prepare();
  rig.pass(HOUR_MS - MINUTE_MS);
  rig.fake.calls.clear();
  await prepare();
  expect(rig.fake.calls.matching(() => true)).toEqual([]);
});

describe('what Salto says of one user', () => {
  const refusals = [
    ['404 2202', { status: 404, body: { ErrorCode: 2202, Message: 'User not found' } }, 'user_deleted_externally'],
    ['403 2203', { status: 403, body: { ErrorCode: 2203, Message: 'No permission' } }, 'user_out_of_reach'],
  ] as const;

  test.each(refusals)(
    '%s passes until two minutes after its creation, and is final from then on',
    async (_, answer, code) => {
      await prepare();
      const createdAt = rig.now();
      const effect = { kind: 'answer' as const, ...answer };
      rig.fault({ method: 'POST', path: '/v1.2/sites/*/access_groups/*/users', effect });
      rig.pass(2 * MINUTE_MS - (rig.now() - createdAt) - 1_000);
      await expect(rig.apply({ n: 1, member, groups: [roomA] })).rejects.toMatchObject({
        failure: { code: 'not_yet_propagated', retry: 'soon' },
      });
      rig.pass(2_000);
      expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject(isBlockedBy(code));
    },
  );

  test.each(refusals)('%s to the request for a seat is judged in the same way', async (_, answer, code) => {
    const site = rig.fake.state.sites.get(siteId)!;
    const seats = site.user_amount;
    site.user_amount = rig.fake.state.siteUsers.seatsTaken(siteId);
    const open = (n: number) => rig.apply({ n, member, groups: [roomA] });
    await expect(open(1)).rejects.toMatchObject({ failure: { code: 'seat_limit_reached' } });
    site.user_amount = seats;
    const effect = { kind: 'answer' as const, ...answer };
    rig.fault({ method: 'PATCH', path: '/v1.2/sites/*/users/*/subscription', effect });
    await expect(open(2)).rejects.toMatchObject({ failure: { code: 'not_yet_propagated', retry: 'soon' } });
    rig.pass(2 * MINUTE_MS);
    expect(await open(3)).toMatchObject(isBlockedBy(code));
  });
});

describe('a user that somebody deleted in Salto', () => {
  test('blocks the grant, and no other revision makes a new one', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    await rig.apply({ n: 2, member });
    await deleteByHand();
    rig.pass(2 * MINUTE_MS);
    expect(await rig.apply({ n: 3, member, groups: [roomA] })).toMatchObject(isBlockedBy('user_deleted_externally'));
    rig.fake.calls.clear();
    expect(await rig.apply({ n: 4, member, groups: [roomA] })).toMatchObject(isBlockedBy('user_deleted_externally'));
    expect(rig.calls('POST', /./)).toBe(0);
  });

  test('is replaced when an administrator retries, and its memberships are decided anew', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    const gone = await rig.saltoUser(member);
    await deleteByHand();
    rig.fake.state.accessGroups.get(roomA)?.setMember(gone.user_id, false, 0);
    rig.pass(2 * MINUTE_MS);
    expect(await rig.apply({ n: 2, member, groups: [roomA] })).toMatchObject(isBlockedBy('user_deleted_externally'));
    expect(await rig.apply({ n: 3, member, groups: [roomA], isRetried: true })).toMatchObject({
      kind: 'confirmed',
      groups: [{ groupId: roomA, outcome: 'present', isOurs: true }],
    });
    expect((await rig.saltoUser(member)).id).not.toBe(gone.id);
    expect(await rig.groupsOf(member)).toEqual([roomA]);
  });

  test('is let go only when no write to its memberships can land any more', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    rig.pass(2 * MINUTE_MS);
    rig.fault({ method: 'DELETE', path: '/v1.2/**', times: 1, effect: { kind: 'timeout', write: 'lost' } });
    await rig.apply({ n: 2, member, removals: [roomA] }, rig.hasty());
    const { id } = await rig.saltoUser(member);
    await deleteByHand();
    const forced = { member, groups: [roomA], isRetried: true };
    expect(await rig.apply({ n: 3, ...forced })).toMatchObject({ groups: [{ outcome: 'blocked' }] });
    rig.pass(MINUTE_MS);
    expect(await rig.apply({ n: 3, ...forced })).toMatchObject({ kind: 'confirmed', groups: [{ outcome: 'present' }] });
    expect((await rig.saltoUser(member)).id).not.toBe(id);
  });

  test('is not taken for deleted because Salto does not answer', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    const { id } = await rig.saltoUser(member);
    rig.pass(2 * MINUTE_MS);
    rig.fault({ method: 'GET', path: '/v1.2/sites/*/users/*', times: 1, effect: { kind: 'unavailable' } });
    await rig.apply({ n: 2, member, groups: [roomA], isRetried: true });
    expect((await rig.saltoUser(member)).id).toBe(id);
  });

  test('lets its access end without any trouble', async () => {
    await rig.apply({ n: 1, member, groups: [roomA] });
    await deleteByHand();
    rig.pass(2 * MINUTE_MS);
    expect(await rig.apply({ n: 2, member, removals: [roomA] })).toMatchObject({
      kind: 'confirmed',
      groups: [{ groupId: roomA, outcome: 'absent' }],
    });
  });
});
