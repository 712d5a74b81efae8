import { demo } from '@latchkey/fake-salto-ks';
import { PairLocks } from '../access/pair-lock.ts';
import { IN_BACKGROUND } from '../access/sites.ts';
import { SiteChecks } from '../site-checks/site.activities.ts';
import { ADD_PATH, FenceRig, MINUTE_MS, office1, REMOVE_PATH, roomA, siteId } from '../testing/fence-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { LockGroups } from './lock-groups.ts';

let rig: FenceRig;
beforeEach(async () => (rig = await FenceRig.create()));
afterEach(() => rig.close());

/** The groups that a refusal of the member at the door of room A names. */
function opening(): Promise<string[] | null> {
  const groups = new LockGroups(poolQueries(rig.pool), (id) => rig.sites().of(id, IN_BACKGROUND));
  return groups.withLock(siteId, rig.member, demo.paris.locks.roomA);
}

test('a member who was added is in the group', async () => {
  await rig.apply({ n: 1, groups: [roomA, office1] });
  expect(await opening()).toEqual([roomA]);
});

test('so is one whose add got no answer, before and after a look has shown it', async () => {
  rig.fault({ method: 'POST', path: ADD_PATH, times: 2, effect: { kind: 'timeout', write: 'applied' } });
  await rig.apply({ n: 1, groups: [roomA] }, rig.hasty()).catch(() => undefined);
  expect(await opening()).toEqual([roomA]);
  rig.pass(2 * MINUTE_MS);
  expect(await rig.apply({ n: 1, groups: [roomA] })).toMatchObject({ kind: 'confirmed' });
  expect(await opening()).toEqual([roomA]);
});

test('so is one whom somebody else had put there, and one whom a person has adopted', async () => {
  await rig.access.prepare({ siteId, memberId: rig.member });
  await rig.byHand('add', roomA);
  await rig.apply({ n: 1, groups: [roomA] });
  expect(await opening()).toEqual([roomA]);
  const checks = new SiteChecks({
    sites: rig.sites(),
    locks: new PairLocks(rig.pool),
    database: poolQueries(rig.pool),
  });
  await checks.setOwnership({ version: 1, siteId, memberId: rig.member, groupId: roomA, isOurs: true });
  expect(await opening()).toEqual([roomA]);
});

test('so is one whom the adapter has forgotten by a restore, and finds again', async () => {
  await rig.apply({ n: 1, groups: [roomA] });
  await rig.restoreEmpty();
  await rig.apply({ n: 2, groups: [roomA], confirmed: 1, owned: [roomA] });
  expect(await opening()).toEqual([roomA]);
});

test('one who was taken out is not, unless that may not have happened', async () => {
  await rig.apply({ n: 1, groups: [roomA] });
  rig.fault({ method: 'DELETE', path: REMOVE_PATH, times: 2, effect: { kind: 'timeout', write: 'lost' } });
  await rig.apply({ n: 2 }, rig.hasty()).catch(() => undefined);
  expect(await opening()).toEqual([roomA]);
  rig.pass(2 * MINUTE_MS);
  expect(await rig.apply({ n: 2 })).toMatchObject({ kind: 'confirmed' });
  expect(await opening()).toEqual([]);
});
