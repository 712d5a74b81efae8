import { grantEvents, type GrantBody, type RetryAnswer } from '@latchkey/contracts';
import { eventually, type ApiClient } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { startWorkers } from '../testing/access-workers.ts';
import { tell } from '../testing/tellings.ts';

let stage: AccessStage;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let root: ApiClient;
let locationId: string;
let resourceId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('retries')).start();
  workers = await startWorkers(stage);
  root = await stage.root();
  const location = tell.location();
  const resource = tell.resource({ locationId: location.data.id });
  [locationId, resourceId] = [location.data.id, resource.data.id];
  await stage.publish(location);
  await stage.publish(tell.connection({ locationId }));
  await stage.publish(resource);
  await eventually(async () => expect((await choose(0, 'front')).status).toBe(200), { timeoutMs: 30_000 });
  // The workflows are bundled first.
}, 120_000);
afterAll(async () => {
  await workers.stop();
  await stage.close();
});
beforeEach(() => (workers.doors.failure = undefined));

const choose = (version: number, ...groupIds: string[]) =>
  root.put<{ version: number }>(`/v1/resources/${resourceId}/access`, { groupIds }, version);

async function grantOf(bookingId: string): Promise<GrantBody> {
  const { body } = await root.get<{ items: GrantBody[] }>(`/v1/entitlements/booking/${bookingId}/grants`);
  const [grant] = body.items ?? [];
  if (grant === undefined) throw new Error('the booking has no grant yet');
  return grant;
}

const untilStatus = (bookingId: string, status: GrantBody['status']) =>
  eventually(async () => {
    const grant = await grantOf(bookingId);
    expect(grant.status).toBe(status);
    return grant;
  });

async function failingBooking() {
  workers.doors.failure = { code: 'provider_unavailable', message: 'Salto KS answered 503' };
  const booking = tell.booking({ locationId, resourceId });
  await stage.publish(booking);
  return { booking, grant: await untilStatus(booking.data.id, 'retrying') };
}

test('a booking for now becomes access, its change of groups too, and its cancellation takes it away', async () => {
  const booking = tell.booking({ locationId, resourceId });
  const { id, ownerId } = booking.data;
  await stage.publish(booking);
  const grant = await untilStatus(id, 'active');
  expect(workers.doors.groupsOf(ownerId)).toEqual(['front']);
  expect(grant).toMatchObject({
    memberId: ownerId,
    groupId: 'front',
    resourceIds: [resourceId],
    opensLocal: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d Europe\/Paris$/) as string,
    problem: null,
    workflowId: `booking-access:${id}`,
    workflowUrl: `http://temporal-ui.test/namespaces/${stage.config.TEMPORAL_NAMESPACE}/workflows/booking-access%3A${id}`,
  });

  await choose(1, 'side');
  await eventually(() => expect(workers.doors.groupsOf(ownerId)).toEqual(['side']));
  await choose(2);
  await eventually(() => expect(workers.doors.groupsOf(ownerId)).toEqual([]));
  await choose(3, 'front');
  await eventually(() => expect(workers.doors.groupsOf(ownerId)).toEqual(['front']));

  await stage.publish({ ...booking, version: 2, data: { ...booking.data, cancelledAt: new Date().toISOString() } });
  await eventually(() => expect(workers.doors.groupsOf(ownerId)).toEqual([]));
  await untilStatus(id, 'ended');
  await eventually(async () => {
    const told: { status: string }[] = await stage.database.query(
      `SELECT data ->> 'status' AS status FROM outbox_message
       WHERE event_type = $1 AND data ->> 'memberId' = $2 AND data ->> 'groupId' = 'front' AND published_at IS NOT NULL
       ORDER BY id`,
      [grantEvents.changed.type, ownerId],
    );
    const statuses = told.map(({ status }) => status);
    expect(statuses).toEqual(expect.arrayContaining(['granting', 'active', 'revoking', 'ended']));
    expect(statuses.at(-1)).toBe('ended');
  });
});

test('who cannot get in is shown why, what helps and when it is tried next; retry now tries at once', async () => {
  const { booking, grant } = await failingBooking();
  expect(grant.problem).toMatchObject({
    code: 'provider_unavailable',
    cause: 'Salto KS answered 503',
    remedy: 'Nothing to do: it is tried again.',
    attempts: 1,
  });
  expect(Date.parse(grant.problem?.nextAttemptAt ?? '')).toBeGreaterThan(Date.now());
  workers.doors.failure = undefined;
  const { body } = await root.post<RetryAnswer>(`/v1/grants/${grant.id}/retry`, {});
  expect(body.retried).toEqual([
    { entitlement: { kind: 'booking', id: booking.data.id }, workflowId: grant.workflowId, outcome: 'retrying' },
  ]);
  await untilStatus(booking.data.id, 'active');
  const again = await root.post<RetryAnswer>(`/v1/grants/${grant.id}/retry`, {});
  expect(again.body.retried.map(({ outcome }) => outcome)).toEqual(['nothing_waits']);
});

test('retry now for a member and for a location reaches what fails there, and starts a workflow that is missing', async () => {
  const one = await failingBooking();
  const other = await failingBooking();
  const client = stage.service.app.get(Client, { strict: false });
  await client.workflow.getHandle(other.grant.workflowId).terminate('by an operator');
  workers.doors.failure = undefined;
  const ofMember = await root.post<RetryAnswer>(`/v1/members/${one.grant.memberId}/retry`, {});
  expect(ofMember.body.retried.map(({ workflowId, outcome }) => [workflowId, outcome])).toEqual([
    [one.grant.workflowId, 'retrying'],
  ]);
  await untilStatus(one.booking.data.id, 'active');
  const ofLocation = await root.post<RetryAnswer>(`/v1/locations/${locationId}/retry`, {});
  expect(ofLocation.body.retried.map(({ workflowId, outcome }) => [workflowId, outcome])).toEqual([
    [other.grant.workflowId, 'started'],
  ]);
  await untilStatus(other.booking.data.id, 'active');
});

test('"not selected" and chosen again starts a new attempt', async () => {
  const { booking } = await failingBooking();
  const version = (await root.get<{ version: number }>(`/v1/resources/${resourceId}/access`)).body.version;
  await choose(version);
  workers.doors.failure = undefined;
  await choose(version + 1, 'front');
  await untilStatus(booking.data.id, 'active');
});

test('what nobody knows cannot be retried', async () => {
  expect((await root.post(`/v1/grants/${randomUUID()}/retry`, {})).status).toBe(404);
  expect((await root.post(`/v1/members/${randomUUID()}/retry`, {})).status).toBe(404);
});
