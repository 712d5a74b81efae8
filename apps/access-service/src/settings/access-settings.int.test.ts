import type { AccessSettingBody, SubscriptionState } from '@latchkey/contracts';
import { eventually, type ApiClient, type ProblemBody } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { saveBooking } from '../bookings/booking.projection.ts';
import { lockForReading } from '../facts/fact-locks.ts';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

let stage: AccessStage;
let root: ApiClient;
let locationId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('settings')).start();
  root = await stage.root();
  const location = tell.location();
  locationId = location.data.id;
  await stage.publish(location);
  await stage.publish(tell.connection({ locationId }));
});
afterAll(() => stage.close());

const setting = (path: string) => root.get<AccessSettingBody & ProblemBody>(`${path}/access`);
const choose = (path: string, version: number, ...groupIds: string[]) =>
  root.put<AccessSettingBody & ProblemBody>(`${path}/access`, { groupIds }, version);
const known = (path: string) =>
  eventually(async () => expect((await setting(path)).status).toBe(200), { timeoutMs: 30_000 });
const changes = async (id: string) =>
  Number((await stage.row<{ n: string }>('SELECT changed_no AS n FROM entitlement WHERE id = $1', [id]))?.n ?? 0);

async function plan(): Promise<{ id: string; path: string }> {
  const telling = tell.plan({ locationId });
  await stage.publish(telling);
  const path = `/v1/plans/${telling.data.id}`;
  await known(path);
  return { id: telling.data.id, path };
}

function subscriptionTo(planId: string, data: Partial<SubscriptionState> = {}) {
  const item = { kind: 'plan' as const, id: randomUUID(), planId };
  const telling = tell.subscription({ locationId, items: [item], ...data });
  return { telling, path: `/v1/subscriptions/${telling.data.id}/items/${item.id}` };
}

test('a choice has a version, a history and an author; an edit needs the version that was seen', async () => {
  const { path } = await plan();
  expect((await setting(path)).body).toEqual({ version: 0, groupIds: [], history: [] });
  const first = await choose(path, 0, 'front', 'office');
  expect([first.headers.get('etag'), first.body.groupIds]).toEqual(['"1"', ['front', 'office']]);
  const stale = await choose(path, 0, 'other');
  expect([stale.status, stale.body.code]).toEqual([412, 'version_conflict']);
  const none = await choose(path, 1);
  expect(none.body).toMatchObject({
    version: 2,
    groupIds: [],
    history: [
      { groupIds: [], validTo: null, chosenBy: 'service:root' },
      { groupIds: ['front', 'office'], validTo: none.body.history[0]?.validFrom },
    ],
  });
  expect((await root.send('PUT', `${path}/access`, { groupIds: [] })).status).toBe(428);
});

test('nonsense is refused', async () => {
  const { path } = await plan();
  for (const body of [
    {},
    { groupIds: 'front' },
    { groupIds: [''] },
    { groupIds: ['a', 'a'] },
    { groupIds: [], x: 1 },
  ]) {
    expect((await root.put(`${path}/access`, body, 0)).status).toBe(400);
  }
  expect((await setting(`/v1/plans/${randomUUID()}`)).body.code).toBe('plan_not_found');
  expect((await setting('/v1/plans/1')).status).toBe(400);
});

test('an item copies what its plan gave when the subscription was made, however late and often that is told', async () => {
  const { id, path } = await plan();
  await choose(path, 0, 'old');
  const madeAt = new Date().toISOString();
  await choose(path, 1, 'new');
  const { telling, path: item } = subscriptionTo(id, { madeAt });
  await stage.publish(telling);
  await known(item);
  await choose(path, 2, 'newest');
  await stage.publish(telling);
  await stage.publish({ ...telling, version: 2, data: { ...telling.data, lastDayOn: '2030-01-31' } });
  await eventually(async () => expect(await changes(telling.data.id)).toBe(3));
  expect((await setting(item)).body).toEqual({
    version: 0,
    groupIds: ['old'],
    history: [{ groupIds: ['old'], validFrom: madeAt, validTo: null, chosenBy: null }],
  });
});

test('a subscription made before anybody chose for its plan copies nothing', async () => {
  const { id, path } = await plan();
  const madeAt = new Date(Date.now() - 1_000).toISOString();
  await choose(path, 0, 'later');
  const { telling, path: item } = subscriptionTo(id, { madeAt });
  await stage.publish(telling);
  await known(item);
  expect((await setting(item)).body.groupIds).toEqual([]);
});

test('choosing for an item wakes its subscription at once, and choosing the same again does too', async () => {
  const { id } = await plan();
  const { telling, path: item } = subscriptionTo(id);
  await stage.publish(telling);
  await known(item);
  await choose(item, 0, 'front');
  const again = await choose(item, 1, 'front');
  expect(again.body).toMatchObject({ version: 1, groupIds: ['front'] });
  expect(again.body.history.map(({ chosenBy }) => chosenBy)).toEqual(['service:root', null]);
  expect(await changes(telling.data.id)).toBe(3);
  const other = subscriptionTo(id);
  expect((await setting(other.path)).body.code).toBe('subscription_item_not_found');
});

test("choosing for a resource wakes its bookings, and leaves its rentals' copies alone", async () => {
  const resource = tell.resource({ locationId });
  const resourceId = resource.data.id;
  const path = `/v1/resources/${resourceId}`;
  const rented = { kind: 'resource' as const, id: randomUUID(), resourceId };
  const rental = tell.subscription({ locationId, items: [rented] });
  const booking = tell.booking({ locationId, resourceId });
  await stage.publish(resource);
  await stage.publish(rental);
  await stage.publish(booking);
  await known(path);
  await known(`/v1/subscriptions/${rental.data.id}/items/${rented.id}`);
  await eventually(async () => expect(await changes(booking.data.id)).toBe(1));
  await choose(path, 0, 'room');
  expect([await changes(booking.data.id), await changes(rental.data.id)]).toEqual([2, 1]);
  expect((await setting(`/v1/subscriptions/${rental.data.id}/items/${rented.id}`)).body.groupIds).toEqual([]);
});

test('a choice waits for a booking that is being written, and reaches it', async () => {
  const resource = tell.resource({ locationId });
  const resourceId = resource.data.id;
  const path = `/v1/resources/${resourceId}`;
  await stage.publish(resource);
  await known(path);
  const { data } = tell.booking({ locationId, resourceId });
  const { promise: isWritten, resolve: written } = Promise.withResolvers<void>();
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const writing = stage.inTransaction(async (em, ledger) => {
    await lockForReading(em, [{ kind: 'setting', of: 'resource', id: resourceId }]);
    await saveBooking(em, data, 1);
    await ledger.entitlementChanged(em, { kind: 'booking', id: data.id }, { signal: 'changed', cause: 'made' });
    written();
    await mayCommit;
  });
  await isWritten;
  const choosing = choose(path, 0, 'room');
  await eventually(async () =>
    expect(
      await stage.row(
        `SELECT 1 AS waits FROM pg_locks JOIN pg_database ON pg_database.oid = database
         WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`,
      ),
    ).toEqual({ waits: 1 }),
  );
  commit();
  await Promise.all([writing, choosing]);
  expect(await changes(data.id)).toBe(2);
});
