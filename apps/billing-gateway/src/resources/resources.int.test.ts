import type { LocationBody, ResourceBody } from '@latchkey/contracts';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;

beforeAll(async () => {
  stage = await startGateway('gateway resources');
  cast = new Cast(stage);
  here = await cast.location();
});

afterAll(() => stage.stop());

test('a new resource is bookable by nobody until its administrator says otherwise', async () => {
  const made = await cast.resource(here.id);
  expect(made.bookableBy).toEqual({ kind: 'nobody' });
  const bookableBy = { kind: 'everyone' };
  const edited = await stage.root.patch<ResourceBody>(`/v1/resources/${made.id}`, { bookableBy, capacity: 6 }, 1);
  expect(edited.body).toEqual({ ...made, version: 2, bookableBy, capacity: 6 });
  expect((await newestEventOf(stage.database, made.id)).data).toEqual({
    id: made.id,
    locationId: here.id,
    kind: 'office',
    capacity: 6,
  });
});

test('a member reads whether it may book a resource, not who else may', async () => {
  const { person, client } = await cast.member(here.id);
  const other = await cast.person({ memberOf: [here.id] });
  const plan = await cast.plan(here.id);
  const company = await cast.company(here.id);
  const { id } = await cast.resource(here.id, {
    bookableBy: {
      kind: 'named',
      personIds: [other.id, person.id],
      companyIds: [company.id],
      planIds: [plan.id],
    },
  });
  const seen = await client.get<ResourceBody>(`/v1/resources/${id}`);
  expect(seen.body.bookableBy).toMatchObject({
    kind: 'named',
    personIds: [person.id],
    companyIds: [],
    planIds: [plan.id],
  });
});

test.each([
  [{ kind: 'sauna' }, 'kind'],
  [{ capacity: 0 }, 'capacity'],
  [{ bookableBy: { kind: 'named', personIds: ['ada'] } }, 'bookableBy.personIds.0'],
  [{ bookableBy: { kind: 'friends' } }, 'bookableBy.kind'],
])('a resource with %j is refused, naming %s', async (fields, field) => {
  const body = { locationId: here.id, kind: 'room', name: 'Room', capacity: 4, ...fields };
  const answer = await stage.root.post<ProblemBody>('/v1/resources', body);
  expect(answer.status).toBe(400);
  expect(answer.body.detail).toContain(field);
});

test('the kind of a resource does not change', async () => {
  const made = await cast.resource(here.id);
  const answer = await stage.root.patch<ProblemBody>(`/v1/resources/${made.id}`, { kind: 'desk' }, 1);
  expect(answer.status).toBe(400);
});

test('resources are found by location and kind', async () => {
  const quay = await cast.location();
  const desk = await cast.resource(quay.id, { kind: 'desk', capacity: 1 });
  await cast.resource(quay.id);
  const found = await stage.root.get<{ items: unknown[] }>(`/v1/resources?locationId=${quay.id}&kind=desk`);
  expect(found.body.items).toEqual([desk]);
  const nonsense = await stage.root.get<ProblemBody>('/v1/resources?kind=sauna');
  expect(nonsense.status).toBe(400);
});

test('a deleted resource is gone, and its tombstone names nobody', async () => {
  const person = await cast.person({ memberOf: [here.id] });
  const bookableBy = { kind: 'named' as const, personIds: [person.id], companyIds: [], planIds: [] };
  const made = await cast.resource(here.id, { bookableBy });
  const stale = await stage.root.delete<ProblemBody>(`/v1/resources/${made.id}`, 2);
  expect(stale.status).toBe(412);
  expect((await stage.root.delete(`/v1/resources/${made.id}`, 1)).status).toBe(204);
  expect((await stage.root.get(`/v1/resources/${made.id}`)).status).toBe(404);
  expect((await stage.root.delete(`/v1/resources/${made.id}`, 2)).status).toBe(404);
  expect((await newestEventOf(stage.database, made.id)).type).toBe('billing.resource.deleted.v1');
});

test('a room does not become smaller than its bookings', async () => {
  const [owner, guest] = [await cast.person({ memberOf: [here.id] }), await cast.person({ memberOf: [here.id] })];
  const room = await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } });
  const booking = await cast.booking(room.id, owner.id, { inviteeIds: [guest.id] });
  const path = `/v1/resources/${room.id}`;
  expect((await stage.root.patch(path, { capacity: 2 }, 1)).status).toBe(200);
  const refused = await stage.root.patch<ProblemBody>(path, { capacity: 1 }, 2);
  expect(refused).toMatchObject({ status: 409, body: { code: 'capacity_below_bookings' } });
  await stage.root.post(`/v1/bookings/${booking.id}/cancel`, undefined, { version: 1 });
  expect((await stage.root.patch(path, { capacity: 1 }, 2)).status).toBe(200);
});

test('a deleted room cancels its bookings first', async () => {
  const owner = await cast.person({ memberOf: [here.id] });
  const room = await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } });
  const booking = await cast.booking(room.id, owner.id);
  expect((await stage.root.delete(`/v1/resources/${room.id}`, 1)).status).toBe(204);
  expect((await newestEventOf(stage.database, booking.id)).data['cancelledAt']).not.toBeNull();
});
