import { randomUUID } from 'node:crypto';
import type { GroupLook } from '@latchkey/access-workflows';
import { demo } from '@latchkey/fake-salto-ks';
import { PairLocks } from '../access/pair-lock.ts';
import { ADD_PATH, FenceRig, frontDoor, MINUTE_MS, office1, roomA, siteId } from '../testing/fence-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { SiteChecks } from './site.activities.ts';

let rig: FenceRig;
let checks: SiteChecks;

beforeEach(async () => {
  rig = await FenceRig.create();
  checks = new SiteChecks({ sites: rig.sites(), locks: new PairLocks(rig.pool), database: poolQueries(rig.pool) });
});
afterEach(() => rig.close());

const look = (groupId: string, withLint = false): Promise<GroupLook> =>
  checks.lookAtGroup({ version: 1, siteId, groupId, withLint });
const own = () => checks.ownGroups({ version: 1, siteId });
const settle = (groupId: string, isOurs: boolean) =>
  checks.setOwnership({ version: 1, siteId, memberId: rig.member, groupId, isOurs });

describe('a look at a group', () => {
  it('tells members of ours from everybody else, by one call a page', async () => {
    await rig.apply({ n: 1, groups: [roomA] });
    rig.fake.state.accessGroups.get(roomA)?.setMember(demo.administrator.id, true, Date.now());
    rig.fake.calls.clear();
    const { members, foreignUserIds, lint, exists } = await look(roomA);
    expect(members).toEqual([{ memberId: rig.member, isOurs: true, isQuarantined: false }]);
    expect(foreignUserIds).toEqual([demo.administrator.id]);
    expect({ lint, exists }).toEqual({ lint: null, exists: true });
    expect(rig.fake.calls.matching(() => true)).toHaveLength(1);
  });

  it('finds a member of ours whom somebody else put there, and does not take it for ours', async () => {
    await rig.apply({ n: 1, groups: [roomA] });
    await rig.byHand('add', office1);
    expect((await look(office1)).members).toEqual([{ memberId: rig.member, isOurs: false, isQuarantined: false }]);
  });

  it('says when a group is gone, and that it holds nobody', async () => {
    rig.fake.state.accessGroups.delete(office1);
    expect(await look(office1, true)).toMatchObject({ exists: false, members: [], foreignUserIds: [], lint: [] });
  });

  it.each([
    ['unscheduled', ['group_without_schedule']],
    ['frontDoor', []],
  ] as const)('lints the group %s where it is asked to', async (group, lint) => {
    expect((await look(demo.paris.groups[group], true)).lint).toEqual(lint);
  });

  it.each([404, 403, 500])('tells who is in a group also where its schedules cannot be read (%s)', async (status) => {
    await rig.apply({ n: 1, groups: [roomA] });
    const path = '/v*/sites/*/access_groups/*/time_schedules';
    rig.fault({ method: 'GET', path, effect: { kind: 'answer', status, body: {} } });
    expect(await look(roomA, true)).toMatchObject({ exists: true, members: [{ memberId: rig.member }], lint: null });
  });

  it('marks a member whose write got no answer within the last day', async () => {
    rig.fault({ method: 'POST', path: ADD_PATH, times: 1, effect: { kind: 'timeout' } });
    await rig.apply({ n: 1, groups: [roomA] }, rig.hasty()).catch(() => undefined);
    rig.pass(2 * MINUTE_MS);
    await rig.apply({ n: 1, groups: [roomA] });
    expect((await look(roomA)).members).toEqual([{ memberId: rig.member, isOurs: true, isQuarantined: true }]);
  });
});

describe('whose a membership is', () => {
  it('is known for each group in which something is ours', async () => {
    await rig.apply({ n: 1, groups: [roomA, frontDoor] });
    expect(await own()).toEqual([roomA, frontDoor].sort());
  });

  it('can be given up by a person: then it is never removed', async () => {
    await rig.apply({ n: 1, groups: [roomA] });
    await settle(roomA, false);
    expect((await look(roomA)).members).toMatchObject([{ isOurs: false }]);
    await rig.apply({ n: 2, groups: [] });
    expect(await rig.groupsOf()).toEqual([roomA]);
  });

  it('can be taken over by a person: then it is removed when nothing wants it', async () => {
    await rig.apply({ n: 1, groups: [roomA] });
    await rig.byHand('add', office1);
    await settle(office1, true);
    await rig.apply({ n: 2, groups: [roomA] });
    expect(await rig.groupsOf()).toEqual([roomA]);
  });

  it('stays as it is while a write has no certain answer', async () => {
    rig.fault({ method: 'POST', path: ADD_PATH, times: 1, effect: { kind: 'timeout' } });
    await rig.apply({ n: 1, groups: [roomA] }, rig.hasty()).catch(() => undefined);
    await settle(roomA, false);
    expect(await own()).toEqual([roomA]);
  });

  it('does not mix up sites', async () => {
    await rig.apply({ n: 1, groups: [roomA] });
    expect(await checks.ownGroups({ version: 1, siteId: randomUUID() })).toEqual([]);
  });
});
