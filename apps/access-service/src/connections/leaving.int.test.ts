import type { Entitlement } from '@latchkey/access-domain';
import type { DisconnectionRequest } from '@latchkey/access-workflows';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, setConnection, setGroups } from '../testing/facts.ts';
import { World } from '../testing/world.ts';
import { Leaving } from './leaving.ts';

const HOUR_MS = 3_600_000;
const why = { signal: 'changed', cause: 'a test changed the connection' } as const;

let world: World;
let leaving: Leaving;
let location: { id: string; siteId: string };

beforeAll(async () => {
  world = await World.create('leaving');
  leaving = new Leaving(world.dataSource);
});
afterAll(() => world.close());
beforeEach(async () => {
  location = await addLocation(world.dataSource.manager);
});

const request = (): DisconnectionRequest => ({
  version: 1,
  disconnectionId: randomUUID(),
  locationId: location.id,
  siteId: location.siteId,
});

/** Books a resource with this group from now on, and lets the doors confirm it. */
async function book(groupId: string, { locationId = location.id, memberId = randomUUID(), inHours = -1 } = {}) {
  const [id, resourceId] = [randomUUID(), randomUUID()];
  const startsAt = Date.now() + inHours * HOUR_MS;
  const facts = { id, locationId, resourceId, memberIds: [memberId], startsAt, endsAt: startsAt + 3 * HOUR_MS };
  const entitlement: Entitlement = { kind: 'booking', id };
  await world.change(entitlement, async (em) => {
    await setGroups(em, 'resource', resourceId, [groupId]);
    await putBooking(em, facts);
  });
  await world.settle(entitlement);
  const cancel = () => world.change(entitlement, (em) => putBooking(em, { ...facts, cancelledAt: Date.now() }));
  return { entitlement, memberId, cancel };
}

async function becomes(status: string): Promise<void> {
  await inTransaction(world.dataSource, async (em) => {
    await setConnection(em, location.id, status);
    await world.ledger.connectionChanged(em, location.id, why);
  });
}

async function moveTo(siteId: string): Promise<void> {
  await inTransaction(world.dataSource, async (em) => {
    await em.query('UPDATE connection SET site_id = $2 WHERE location_id = $1', [location.id, siteId]);
    await world.ledger.connectionChanged(em, location.id, why);
  });
}

/** Another location at the same site. */
async function neighbour(): Promise<string> {
  const { manager } = world.dataSource;
  const { id } = await addLocation(manager);
  await manager.query('UPDATE connection SET site_id = $2 WHERE location_id = $1', [id, location.siteId]);
  return id;
}

test('nobody knows who is left before the end was heard of and planned for', async () => {
  const { entitlement, memberId } = await book('front');
  expect(await leaving.leftOpenBy(request())).toBeNull();
  await becomes('disconnected');
  expect(await leaving.leftOpenBy(request())).toBeNull();
  await world.plan(entitlement);
  expect(await leaving.leftOpenBy(request())).toEqual([{ memberId, groupId: 'front' }]);
});

test('who is to be let in later, and who is out already, is not left', async () => {
  const [later, over] = [await book('front', { inHours: 5 }), await book('back')];
  await over.cancel();
  await world.settle(over.entitlement);
  await becomes('disconnected');
  for (const { entitlement } of [later, over]) await world.plan(entitlement);
  expect(await leaving.leftOpenBy(request())).toEqual([]);
});

test('a revocation that was not done by the end is left', async () => {
  const { entitlement, memberId, cancel } = await book('front');
  await cancel();
  await becomes('disconnected');
  await world.plan(entitlement);
  expect(await leaving.leftOpenBy(request())).toEqual([{ memberId, groupId: 'front' }]);
});

test("a location that is at another site by now has left, and its list holds none of the other location's people", async () => {
  const [ours, theirs] = [await book('front'), await book('front', { locationId: await neighbour() })];
  await moveTo(randomUUID());
  expect(await leaving.leftOpenBy(request())).toBeNull();
  await world.plan(ours.entitlement);
  expect(await leaving.leftOpenBy(request())).toEqual([{ memberId: ours.memberId, groupId: 'front' }]);
  expect(await world.statuses(theirs.entitlement)).toEqual(['active']);
});

test('what another location gives the same person at the site is not left; what it gave is', async () => {
  const { memberId, entitlement } = await book('front');
  const other = await book('front', { memberId, locationId: await neighbour() });
  expect(await leaving.preview(location.id, location.siteId)).toEqual([]);
  await becomes('disconnected');
  await world.plan(entitlement);
  expect(await leaving.leftOpenBy(request())).toEqual([]);
  await other.cancel();
  expect(await leaving.leftOpenBy(request())).toEqual([{ memberId, groupId: 'front' }]);
});

test('what another location will give later does not take a person from the list', async () => {
  const { memberId, entitlement } = await book('front');
  await book('front', { memberId, locationId: await neighbour(), inHours: 5 });
  await becomes('disconnected');
  await world.plan(entitlement);
  expect(await leaving.leftOpenBy(request())).toEqual([{ memberId, groupId: 'front' }]);
});

test('how much is to be revoked is unknown before the wish was heard of, and falls to nothing', async () => {
  const { entitlement } = await book('front');
  await book('front', { locationId: await neighbour() });
  expect(await leaving.countToRevoke(request())).toBeNull();
  await becomes('disconnecting');
  expect(await leaving.countToRevoke(request())).toBe(1);
  await world.settle(entitlement);
  expect(await leaving.countToRevoke(request())).toBe(0);
});

test('the preview names who is in, and nobody who is still to be let in', async () => {
  const { memberId } = await book('front');
  await book('front', { inHours: 5 });
  expect(await leaving.preview(location.id, location.siteId)).toEqual([{ memberId, groupId: 'front' }]);
});
