import type { BookingBody, LocationBody, ResourceBody } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import { bodyOf, type ProblemBody } from '@latchkey/test-kit';
import { Cast, type Actor } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf, newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let member: Actor;
let administrator: Actor;
/** A room of its own for each test, so that none is in another's way. */
let room: ResourceBody;

const everyone = { kind: 'everyone' as const };
const noon = { startsLocal: '2027-03-01T12:00', endsLocal: '2027-03-01T16:00' };

beforeAll(async () => {
  stage = await startGateway('gateway bookings');
  cast = new Cast(stage);
  here = await cast.location();
  [member, administrator] = [await cast.member(here.id), await cast.administrator(here.id)];
});

beforeEach(async () => {
  stage.setNow('2027-02-28T09:00:00Z');
  room = await cast.resource(here.id, { kind: 'room', capacity: 3, bookableBy: everyone });
});

afterAll(() => stage.stop());

const book = (client: Actor['client'], fields: object = {}) =>
  client.post<BookingBody & ProblemBody>('/v1/bookings', {
    resourceId: room.id,
    ownerId: member.person.id,
    ...noon,
    ...fields,
  });

test('a member books for itself, and the event carries the whole state', async () => {
  const answer = await book(member.client);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('etag')).toBe('"1"');
  expect(answer.body).toMatchObject({
    version: 1,
    locationId: here.id,
    resourceId: room.id,
    ownerId: member.person.id,
    inviteeIds: [],
    startsAt: '2027-03-01T11:00:00.000Z',
    endsAt: '2027-03-01T15:00:00.000Z',
    ...noon,
    timeZone: 'Europe/Paris',
    madeAt: '2027-02-28T09:00:00.000Z',
    cancelledAt: null,
    companyId: null,
  });
  const { version, ...state } = answer.body;
  const { id } = state;
  expect(await eventsOf(stage.database, id)).toEqual([
    { type: 'billing.booking.changed.v1', id, version, data: state },
  ]);
  expect((await member.client.get(`/v1/bookings/${id}`)).body).toEqual(answer.body);
});

test('an instant with any offset is a time too', async () => {
  const times = { startsAt: '2027-03-01T06:00:00-05:00', endsAt: '2027-03-01T15:00:00Z' };
  const { body } = await book(member.client, { startsLocal: undefined, endsLocal: undefined, ...times });
  expect(body).toMatchObject({ startsAt: '2027-03-01T11:00:00.000Z', startsLocal: '2027-03-01T12:00:00' });
  expect(body.endsLocal).toBe('2027-03-01T16:00:00');
});

test.each([
  ['Europe/Paris', '2027-03-28T02:30', '2027-03-28T04:00', '2027-03-28T01:30:00.000Z', '2027-03-28T02:00:00.000Z'],
  ['Europe/Paris', '2027-10-31T02:30', '2027-10-31T02:30', '2027-10-31T00:30:00.000Z', '2027-10-31T01:30:00.000Z'],
  ['America/New_York', '2027-03-14T02:30', '2027-03-14T04:00', '2027-03-14T07:30:00.000Z', '2027-03-14T08:00:00.000Z'],
  ['America/New_York', '2027-11-07T01:30', '2027-11-07T01:30', '2027-11-07T05:30:00.000Z', '2027-11-07T06:30:00.000Z'],
  ['America/New_York', '2028-02-29T09:30', '2028-02-29T11:30', '2028-02-29T14:30:00.000Z', '2028-02-29T16:30:00.000Z'],
])('in %s, %s–%s is %s–%s', async (timeZone, startsLocal, endsLocal, startsAt, endsAt) => {
  const location = await cast.location({ timeZone });
  const desk = await cast.resource(location.id, { kind: 'desk', bookableBy: everyone });
  const { id } = await cast.person({ memberOf: [location.id] });
  expect(await cast.booking(desk.id, id, { startsLocal, endsLocal })).toMatchObject({ startsAt, endsAt });
});

test.each(['room', 'desk', 'office', 'equipment', 'parking'] as const)(
  'a resource of kind %s is booked',
  async (kind) => {
    const resource = await cast.resource(here.id, { kind, bookableBy: everyone });
    expect((await book(member.client, { resourceId: resource.id })).status).toBe(201);
  },
);

test.each([
  [{ endsLocal: undefined }, 'endsLocal'],
  [{ startsAt: '2027-03-01T11:00:00Z' }, 'startsLocal'],
  [{ startsLocal: '2027-03-01T12:00Z' }, 'startsLocal'],
  [{ startsLocal: '2027-02-29T12:00' }, 'startsLocal'],
  [{ startsLocal: undefined, startsAt: '2027-03-01T12:00' }, 'startsAt'],
  [{ resourceId: 'room' }, 'resourceId'],
  [{ ownerId: undefined }, 'ownerId'],
  [{ inviteeIds: ['ada'] }, 'inviteeIds'],
  [{ dayPass: true }, 'dayPass'],
  [{ colour: 'red' }, 'colour'],
])('a booking with %j is refused, naming %s', async (fields, field) => {
  const { status, body } = await book(member.client, fields);
  expect([status, body.code]).toEqual([400, 'validation_failed']);
  expect(body.detail).toContain(field);
});

test.each([
  [{ endsLocal: '2027-03-01T12:00' }, 'booking_ends_before_start'],
  [{ startsLocal: '2027-02-28T09:30' }, 'booking_in_the_past'],
  [{ endsLocal: '2027-04-02T12:00' }, 'booking_too_long'],
  [{ startsLocal: '2072-03-01T12:00', endsLocal: '2072-03-01T13:00' }, 'booking_too_far_ahead'],
])('a member’s booking with %j is against a rule: %s', async (fields, code) => {
  const { status, body } = await book(member.client, fields);
  expect([status, body.code]).toEqual([422, code]);
  expect(body.remedy).toBeTruthy();
});

test('an administrator notes a booking that has begun; a member books for now at the earliest', async () => {
  const begun = { startsLocal: '2027-02-28T08:00', endsLocal: '2027-02-28T12:00' };
  expect((await book(member.client, begun)).body.code).toBe('booking_in_the_past');
  expect((await book(administrator.client, begun)).status).toBe(201);
  const over = { startsLocal: '2027-02-27T08:00', endsLocal: '2027-02-27T12:00' };
  expect((await book(administrator.client, over)).body.code).toBe('booking_in_the_past');
  const forNow = { startsLocal: '2027-02-28T10:00', endsLocal: '2027-02-28T12:00' };
  const other = await cast.resource(here.id, { kind: 'room', bookableBy: everyone });
  expect((await book(member.client, { ...forNow, resourceId: other.id })).status).toBe(201);
});

test('what nobody made bookable is booked by nobody, not even for an administrator', async () => {
  const office = await cast.resource(here.id);
  const answer = await book(administrator.client, { resourceId: office.id });
  expect([answer.status, answer.body.code]).toEqual([409, 'resource_not_bookable']);
});

test('only those named book: people, those of a company, and whoever a plan covers that day', async () => {
  const [ada, bob, cid] = [await cast.member(here.id), await cast.member(here.id), await cast.member(here.id)];
  const company = await cast.company(here.id, { memberIds: [bob.person.id] });
  const plan = await cast.plan(here.id);
  const holder = { kind: 'member' as const, personId: cid.person.id };
  const items = [{ kind: 'plan' as const, planId: plan.id }];
  await cast.subscription({ locationId: here.id, holder, items, startOn: '2027-03-02', endOn: '2027-03-02' });
  const bookableBy = {
    kind: 'named' as const,
    personIds: [ada.person.id],
    companyIds: [company.id],
    planIds: [plan.id],
  };
  const desk = await cast.resource(here.id, { kind: 'desk', bookableBy });
  const on = async ({ person, client }: Actor, day: string) => {
    const times = { startsLocal: `${day}T12:00`, endsLocal: `${day}T13:00` };
    const answer = await book(client, { resourceId: desk.id, ownerId: person.id, ...times });
    return answer.status === 201 ? 'booked' : answer.body.code;
  };
  expect(await on(ada, '2027-03-01')).toBe('booked');
  expect(await on(cid, '2027-03-01')).toBe('resource_not_bookable');
  expect(await on(cid, '2027-03-02')).toBe('booked');
  expect(await on(cid, '2027-03-03')).toBe('resource_not_bookable');
  expect(await on(bob, '2027-03-03')).toBe('booked');
  expect(await on(member, '2027-03-04')).toBe('resource_not_bookable');
});

test('a company’s plan lets all of its people book', async () => {
  const company = await cast.company(here.id, { memberIds: [member.person.id] });
  const plan = await cast.plan(here.id);
  const holder = { kind: 'company' as const, companyId: company.id };
  await cast.subscription({ locationId: here.id, holder, items: [{ kind: 'plan', planId: plan.id }] });
  const bookableBy = { kind: 'named' as const, planIds: [plan.id] };
  const desk = await cast.resource(here.id, { kind: 'desk', bookableBy });
  expect((await book(member.client, { resourceId: desk.id })).status).toBe(201);
});

test('a member books for nobody else, an administrator for everybody of its location and nobody of another', async () => {
  const other = await cast.person({ memberOf: [here.id] });
  const stranger = await cast.member((await cast.location()).id);
  const forOther = await book(member.client, { ownerId: other.id });
  expect([forOther.status, forOther.body.code]).toEqual([403, 'booking_for_others']);
  expect((await book(administrator.client, { ownerId: other.id })).status).toBe(201);
  expect((await book(administrator.client, { ownerId: administrator.person.id, ...later })).status).toBe(201);
  const forStranger = await book(administrator.client, { ownerId: stranger.person.id });
  expect([forStranger.status, forStranger.body.code]).toEqual([409, 'person_not_a_member']);
  const unknown = await book(administrator.client, { ownerId: randomUUID() });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'person_not_found']);
  const elsewhere = await book(stranger.client, { ownerId: stranger.person.id });
  expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'resource_not_found']);
});

const later = { startsLocal: '2027-03-05T12:00', endsLocal: '2027-03-05T13:00' };

test('a location that is named must be the resource’s', async () => {
  expect((await book(member.client, { locationId: here.id })).status).toBe(201);
  const wrong = await book(member.client, { locationId: randomUUID(), ...later });
  expect([wrong.status, wrong.body.code]).toEqual([404, 'resource_not_found']);
});

test('a resource is booked once at a time; bookings that touch do not overlap; a member is not told by whom', async () => {
  const { id } = await cast.booking(room.id, (await cast.person({ memberOf: [here.id] })).id, noon);
  const answer = await book(member.client, { startsLocal: '2027-03-01T15:59', endsLocal: '2027-03-01T17:00' });
  expect([answer.status, answer.body.code]).toEqual([409, 'resource_booked']);
  expect(answer.body.remedy).toBeTruthy();
  expect(JSON.stringify(answer.body)).not.toContain(id);
  const before = { startsLocal: '2027-03-01T10:00', endsLocal: '2027-03-01T12:00' };
  const after = { startsLocal: '2027-03-01T16:00', endsLocal: '2027-03-01T17:00' };
  for (const times of [before, after]) expect((await book(member.client, times)).status).toBe(201);
});

test('nobody books what a subscription rents, and what is booked is not rented', async () => {
  const office = await cast.resource(here.id, { bookableBy: everyone });
  const holder = { kind: 'member' as const, personId: member.person.id };
  const items = [{ kind: 'resource' as const, resourceId: office.id }];
  const rental = { locationId: here.id, holder, items, endOn: '2027-02-28' };
  await cast.subscription({ ...rental, startOn: '2027-02-01' });
  const lastDay = { startsLocal: '2027-02-28T23:00', endsLocal: '2027-03-01T01:00' };
  const answer = await book(member.client, { resourceId: office.id, ...lastDay });
  expect([answer.status, answer.body.code]).toEqual([409, 'resource_rented']);
  expect((await book(member.client, { resourceId: office.id })).status).toBe(201);
  const body = { ...rental, startOn: '2027-03-01', endOn: '2027-03-31' };
  const again = await stage.root.post<ProblemBody>('/v1/subscriptions', body);
  expect([again.status, again.body.code]).toEqual([409, 'resource_booked']);
});

test('a repeated request with its key books once; with another body the key is refused', async () => {
  const body = { resourceId: room.id, ownerId: member.person.id, ...noon };
  const key = randomUUID();
  const first = await member.client.post<BookingBody>('/v1/bookings', body, { key });
  const again = await member.client.post<BookingBody>('/v1/bookings', body, { key });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('etag')).toBe('"1"');
  const other = await member.client.post<ProblemBody>('/v1/bookings', { ...body, ...later }, { key });
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
});

test('a cancelled booking ends at once, frees its resource, and is not cancelled twice', async () => {
  const { id } = await cast.booking(room.id, member.person.id, noon);
  const key = randomUUID();
  const cancel = (version: number, options = {}) =>
    member.client.post<BookingBody & ProblemBody>(`/v1/bookings/${id}/cancel`, undefined, { version, ...options });
  expect((await cancel(2)).body.code).toBe('version_conflict');
  const answer = await cancel(1, { key });
  expect(answer.body).toMatchObject({ version: 2, cancelledAt: '2027-02-28T09:00:00.000Z' });
  expect((await newestEventOf(stage.database, id)).data['cancelledAt']).toBe('2027-02-28T09:00:00.000Z');
  expect((await cancel(1, { key })).body).toEqual(answer.body);
  expect((await cancel(2)).body.code).toBe('booking_over');
  expect((await book(member.client)).status).toBe(201);
});

test('a booking is cancelled in its grace period still, and not after', async () => {
  const { id } = await cast.booking(room.id, member.person.id, noon);
  const cancel = () => member.client.post<ProblemBody>(`/v1/bookings/${id}/cancel`, undefined, { version: 1 });
  stage.setNow('2027-03-01T15:30:00Z');
  expect((await cancel()).body.code).toBe('booking_over');
  stage.setNow('2027-03-01T15:29:59Z');
  expect((await cancel()).status).toBe(200);
});

test('everybody finds its own bookings, an administrator all of its location’s', async () => {
  const [owner, guest] = [await cast.member(here.id), await cast.member(here.id)];
  const inviteeIds = [guest.person.id];
  const booking = await cast.booking(room.id, owner.person.id, { ...noon, inviteeIds });
  const second = await cast.booking(room.id, owner.person.id, later);
  const idsOf = async (client: Actor['client'], query = '') => {
    const answer = await client.get<{ items: BookingBody[] }>(`/v1/bookings?limit=200${query}`);
    return bodyOf(answer).items.map(({ id }) => id);
  };
  expect(await idsOf(owner.client)).toEqual([booking.id, second.id]);
  expect(await idsOf(guest.client)).toEqual([booking.id]);
  expect((await guest.client.get(`/v1/bookings/${booking.id}`)).status).toBe(200);
  expect((await member.client.get(`/v1/bookings/${booking.id}`)).status).toBe(404);
  expect(await idsOf(administrator.client, `&resourceId=${room.id}`)).toEqual([booking.id, second.id]);
  expect(await idsOf(administrator.client, `&inviteeId=${guest.person.id}`)).toEqual([booking.id]);
  expect(await idsOf(owner.client, '&startsBefore=2027-03-02T00:00:00Z')).toEqual([booking.id]);
  expect(await idsOf(owner.client, '&endsAfter=2027-03-02T00:00:00%2B01:00')).toEqual([second.id]);
  await owner.client.post(`/v1/bookings/${booking.id}/cancel`, undefined, { version: 1 });
  expect(await idsOf(owner.client, '&isCancelled=true')).toEqual([booking.id]);
  expect(await idsOf(owner.client, '&isCancelled=false')).toEqual([second.id]);
  const [first] = bodyOf(
    await owner.client.get<{ items: BookingBody[]; nextCursor: string }>('/v1/bookings?limit=1'),
  ).items;
  expect(first?.id).toBe(booking.id);
  expect((await owner.client.get('/v1/bookings?isCancelled=perhaps')).status).toBe(400);
});
