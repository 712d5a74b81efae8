import { randomUUID } from 'node:crypto';
import { desks, FenceRig, MINUTE_MS, roomA } from '../testing/fence-rig.ts';

let rig: FenceRig;
beforeAll(async () => (rig = await FenceRig.create()));
afterAll(() => rig.close());

test('a provisional revision adds and removes nothing; the same one removes when it comes whole', async () => {
  const member = randomUUID();
  await rig.apply({ n: 1, member, groups: [roomA] });
  const wish = { n: 1, epoch: 2, member, groups: [desks] };
  const result = await rig.access.apply({ ...rig.request(wish), isProvisional: true });
  expect(result).toMatchObject({ kind: 'unverified', groups: [{ groupId: desks, outcome: 'present' }] });
  expect(await rig.groupsOf(member)).toEqual(expect.arrayContaining([roomA, desks]));
  const verifyAt = result.kind === 'unverified' ? result.verifyAt : 0;
  expect(verifyAt - rig.now()).toBeGreaterThan(MINUTE_MS / 2);
  expect(verifyAt - rig.now()).toBeLessThanOrEqual(MINUTE_MS);
  expect(await rig.apply(wish)).toMatchObject({ kind: 'confirmed' });
  expect(await rig.groupsOf(member)).toEqual([desks]);
});
