import { bookingEvents } from '@latchkey/contracts';
import { eventually, type ApiClient } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

let stage: AccessStage;
let root: ApiClient;
let locationId: string;
let resourceId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('bookings')).start();
  root = await stage.root();
  const location = tell.location();
  const resource = tell.resource({ locationId: location.data.id });
  locationId = location.data.id;
  resourceId = resource.data.id;
  await stage.publish(location);
  await stage.publish(tell.connection({ locationId }));
  await stage.publish(resource);
  await eventually(async () => expect((await root.get(`/v1/resources/${resourceId}/access`)).status).toBe(200), {
    timeoutMs: 30_000,
  });
  await root.put(`/v1/resources/${resourceId}/access`, { groupIds: ['front door'] }, 0);
});
afterAll(() => stage.close());

const grantsOf = async (id: string) => {
  const { body } = await root.get<{ items: { memberId: string; groupId: string; status: string }[] }>(
    `/v1/entitlements/booking/${id}/grants`,
  );
  return body.items ?? [];
};
const wakeups = async (id: string) =>
  Number((await stage.row<{ n: string }>('SELECT changed_no AS n FROM entitlement WHERE id = $1', [id]))?.n ?? 0);

test('an event gives the owner and the invitees their rows, and wakes the workflow, in one go', async () => {
  const invitee = randomUUID();
  const booking = tell.booking({ locationId, resourceId, inviteeIds: [invitee] });
  await stage.publish(booking);
  const grants = await eventually(async () => {
    const found = await grantsOf(booking.data.id);
    expect(found).toHaveLength(2);
    return found;
  });
  expect(new Set(grants.map(({ memberId }) => memberId))).toEqual(new Set([booking.data.ownerId, invitee]));
  expect(await wakeups(booking.data.id)).toBe(1);

  const path = `/v1/entitlements/booking/${booking.data.id}/grants?limit=1`;
  const first = await root.get<{ items: object[]; nextCursor: string }>(path);
  const second = await root.get<{ items: object[]; nextCursor?: string }>(`${path}&cursor=${first.body.nextCursor}`);
  expect([...first.body.items, ...second.body.items]).toEqual(grants);
  expect(second.body.nextCursor).toBeUndefined();
});

test('duplicates and stale events change nothing and wake all the same', async () => {
  const booking = tell.booking({ locationId, resourceId });
  const later = { ...booking, version: 3, data: { ...booking.data, cancelledAt: new Date().toISOString() } };
  await stage.publish(later);
  await stage.publish(later);
  await stage.publish(booking);
  await eventually(async () => expect(await wakeups(booking.data.id)).toBe(3));
  const row = await stage.row<{ version: string; cancelled_at: Date }>('SELECT * FROM booking WHERE id = $1', [
    booking.data.id,
  ]);
  expect([row?.version, row?.cancelled_at.toISOString()]).toEqual(['3', later.data.cancelledAt]);
  expect(await stage.metrics()).toMatch(/event_handled_total\{[^}]*outcome="stale"[^}]*\} [1-9]/);
});

test('a deleted booking keeps its id and version, and no older event brings it back', async () => {
  const booking = tell.booking({ locationId, resourceId });
  const { id } = booking.data;
  await stage.publish({
    definition: bookingEvents.deleted,
    version: 5,
    data: { id, deletedAt: new Date().toISOString() },
  });
  await stage.publish({ ...booking, version: 4 });
  await eventually(async () => expect(await wakeups(id)).toBe(2));
  expect(await stage.row('SELECT version, deleted_at IS NOT NULL AS gone FROM booking WHERE id = $1', [id])).toEqual({
    version: '5',
    gone: true,
  });
  expect((await root.get(`/v1/entitlements/booking/${id}/grants`)).status).toBe(404);
});
