import { companyEvents, connectionEvents, personEvents, type SubscriptionState } from '@latchkey/contracts';
import { eventually, type ApiClient } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

let stage: AccessStage;
let root: ApiClient;

beforeAll(async () => {
  stage = await (await AccessStage.create('consumers')).start();
  root = await stage.root();
});
afterAll(() => stage.close());

const deletedAt = new Date().toISOString();
const soon = { timeoutMs: 30_000 };

async function connectedLocation() {
  const location = tell.location();
  const connection = tell.connection({ locationId: location.data.id });
  await stage.publish(location);
  await stage.publish(connection);
  await eventually(
    () => stage.row('SELECT 1 AS known FROM connection WHERE id = $1', [connection.data.id]).then(Boolean),
    soon,
  );
  return { location, connection, locationId: location.data.id };
}

/** A subscription to a plan that gives one group. */
async function subscriptionGiving(groupId: string, locationId: string, data: Partial<SubscriptionState> = {}) {
  const plan = tell.plan({ locationId });
  await stage.publish(plan);
  const choose = () => root.put(`/v1/plans/${plan.data.id}/access`, { groupIds: [groupId] }, 0);
  await eventually(async () => expect((await choose()).status).toBe(200), soon);
  const item = { kind: 'plan' as const, id: randomUUID(), planId: plan.data.id };
  return tell.subscription({ locationId, items: [item], madeAt: new Date().toISOString(), ...data });
}

async function membersOf(subscriptionId: string): Promise<string[]> {
  const rows: { member_id: string }[] = await stage.database.query(
    `SELECT member_id FROM grant_row WHERE entitlement_id = $1 AND phase = 'open' ORDER BY member_id`,
    [subscriptionId],
  );
  return rows.map(({ member_id: id }) => id);
}

const changesOf = async (id: string) =>
  Number((await stage.row<{ n: string }>('SELECT changed_no AS n FROM entitlement WHERE id = $1', [id]))?.n ?? 0);

test('a company subscription gives to its people: who joins has rows at once, who leaves has none', async () => {
  const { locationId } = await connectedLocation();
  const [ada, ben, eve] = [randomUUID(), randomUUID(), randomUUID()].sort() as [string, string, string];
  const company = tell.company({ locationId, managerIds: [ada], memberIds: [ben] });
  const holder = { kind: 'company' as const, companyId: company.data.id };
  const subscription = await subscriptionGiving('front', locationId, { holder });
  await stage.publish(subscription);
  await stage.publish(company);
  await eventually(async () => expect(await membersOf(subscription.data.id)).toEqual([ada, ben]));
  await stage.publish({ ...company, version: 2, data: { ...company.data, memberIds: [eve] } });
  await eventually(async () => expect(await membersOf(subscription.data.id)).toEqual([ada, eve]));
  await stage.publish({ definition: companyEvents.deleted, version: 3, data: { id: company.data.id, deletedAt } });
  await eventually(async () => expect(await membersOf(subscription.data.id)).toEqual([]));
});

test('whichever half of a switch of plans is heard of first, both look again when the new one is known', async () => {
  const { locationId } = await connectedLocation();
  const old = await subscriptionGiving('front', locationId);
  const { holder } = old.data;
  const next = await subscriptionGiving('front', locationId, { holder, replacesId: old.data.id });
  await stage.publish(next);
  await eventually(async () => expect([await changesOf(next.data.id), await changesOf(old.data.id)]).toEqual([1, 1]));
  await stage.publish({ ...old, data: { ...old.data, replacedById: next.data.id, lastDayOn: '2026-01-31' } });
  await eventually(async () => expect(await changesOf(old.data.id)).toBe(2));
});

test("a location's grace period and zone, and its connection's status and site, wake all that is there", async () => {
  const { location, connection, locationId } = await connectedLocation();
  const subscription = await subscriptionGiving('front', locationId);
  const booking = tell.booking({ locationId, resourceId: randomUUID() });
  await stage.publish(subscription);
  await stage.publish(booking);
  const changes = async () => [await changesOf(subscription.data.id), await changesOf(booking.data.id)];
  await eventually(async () => expect(await changes()).toEqual([1, 1]));
  await stage.publish({ ...location, version: 2, data: { ...location.data, gracePeriodMinutes: 5 } });
  await eventually(async () => expect(await changes()).toEqual([2, 2]));
  const { data } = connection;
  await stage.publish({ ...connection, version: 2, data: { ...data, status: 'needs_reconnect' } });
  await eventually(async () => expect(await changes()).toEqual([3, 3]));
  await stage.publish({ ...connection, version: 3, data: { ...data, siteId: randomUUID() } });
  await stage.publish({ ...connection, version: 2 });
  await eventually(async () => expect(await changes()).toEqual([5, 5]));
  expect(await stage.row('SELECT version, status FROM connection WHERE location_id = $1', [locationId])).toEqual({
    version: '3',
    status: 'connected',
  });
  await stage.publish({ definition: connectionEvents.deleted, version: 4, data: { id: data.id, deletedAt } });
  await eventually(async () => expect(await changes()).toEqual([6, 6]));
  const anew = tell.connection({ locationId });
  await stage.publish(anew);
  await eventually(async () =>
    expect(await stage.row('SELECT id, deleted_at FROM connection WHERE location_id = $1', [locationId])).toEqual({
      id: anew.data.id,
      deleted_at: null,
    }),
  );
});

test('which roles see the digital key is kept, also where nobody says it, and wakes nobody', async () => {
  const { connection, locationId } = await connectedLocation();
  const subscription = await subscriptionGiving('front', locationId);
  await stage.publish(subscription);
  await eventually(async () => expect(await changesOf(subscription.data.id)).toBe(1));
  const visibility = () =>
    stage.row('SELECT version, key_visibility FROM connection WHERE location_id = $1', [locationId]);
  const { keyVisibility, ...older } = connection.data;
  expect(await visibility()).toEqual({ version: '1', key_visibility: keyVisibility });
  await stage.publish({ ...connection, version: 2, data: { ...connection.data, keyVisibility: ['member'] } });
  await eventually(async () => expect(await visibility()).toEqual({ version: '2', key_visibility: ['member'] }));
  await stage.publish({ ...connection, version: 3, data: older as typeof connection.data });
  await eventually(async () => expect(await visibility()).toEqual({ version: '3', key_visibility: keyVisibility }));
  expect(await changesOf(subscription.data.id)).toBe(1);
});

test('a booking of a location and a resource that nobody has told of yet comes right when they are known', async () => {
  const resource = tell.resource({ locationId: randomUUID() });
  const { locationId, id: resourceId } = resource.data;
  const booking = tell.booking({ locationId, resourceId });
  await stage.publish(booking);
  await eventually(async () => expect(await changesOf(booking.data.id)).toBe(1), soon);
  await stage.publish(resource);
  const choose = () => root.put(`/v1/resources/${resourceId}/access`, { groupIds: ['room'] }, 0);
  await eventually(async () => expect((await choose()).status).toBe(200));
  await stage.publish(tell.connection({ locationId }));
  await stage.publish(tell.location({ id: locationId }));
  // Each of them woke it; what the plan then finds is everything.
  await eventually(async () => expect(await changesOf(booking.data.id)).toBe(4));
});

test('roles and sign-ins follow the person, and a deleted person has none', async () => {
  const locationId = randomUUID();
  const accounts = [{ issuer: stage.issuer.issuer, subject: 'olga' }];
  const olga = tell.person({ administratorOf: [locationId], accounts });
  const client = stage.client(await stage.issuer.token({ sub: 'olga' }));
  const status = async () => (await client.get(`/v1/grants?locationId=${locationId}`)).status;
  expect(await status()).toBe(403);
  await stage.publish(olga);
  await eventually(async () => expect(await status()).toBe(200));
  await stage.publish({ ...olga, version: 2, data: { ...olga.data, administratorOf: [], memberOf: [locationId] } });
  await eventually(async () => expect(await status()).toBe(403));
  // The account moved to another record of hers: that one counts, though the old one's event comes late.
  const again = tell.person({ administratorOf: [locationId], accounts });
  await stage.publish(again);
  await eventually(async () => expect(await status()).toBe(200));
  await stage.publish({ definition: personEvents.deleted, version: 3, data: { id: olga.data.id, deletedAt } });
  await stage.publish({ definition: personEvents.deleted, version: 2, data: { id: again.data.id, deletedAt } });
  await eventually(async () => expect(await status()).toBe(403));
});
