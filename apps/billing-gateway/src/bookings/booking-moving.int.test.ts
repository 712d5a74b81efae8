import type { BookingBody, LocationBody, ResourceBody, SwappedBookings } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast, type Actor } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let member: Actor;
let administrator: Actor;
let room: ResourceBody;
let otherRoom: ResourceBody;

const everyone = { kind: 'everyone' as const };
const noon = { startsLocal: '2027-03-01T12:00', endsLocal: '2027-03-01T14:00' };

beforeAll(async () => {
  stage = await startGateway('gateway booking moves');
  cast = new Cast(stage);
  here = await cast.location();
  [member, administrator] = [await cast.member(here.id), await cast.administrator(here.id)];
});

beforeEach(async () => {
  stage.setNow('2027-02-28T09:00:00Z');
  room = await cast.resource(here.id, { kind: 'room', capacity: 3, bookableBy: everyone });
  otherRoom = await cast.resource(here.id, { kind: 'room', capacity: 3, bookableBy: everyone });
});

afterAll(() => stage.stop());

const change = (client: Actor['client'], { id, version }: BookingBody, edit: object) =>
  client.patch<BookingBody & ProblemBody>(`/v1/bookings/${id}`, edit, version);

const swap = (client: Actor['client'], booking: BookingBody, other: BookingBody, exchange: string) =>
  client.post<SwappedBookings & ProblemBody>(
    `/v1/bookings/${booking.id}/swap`,
    { withId: other.id, withVersion: other.version, exchange },
    { version: booking.version },
  );

test('a booking is moved in time and to another room, each with its event', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  const edit = { resourceId: otherRoom.id, startsLocal: '2027-03-02T09:00', endsAt: '2027-03-02T10:00:00+01:00' };
  const { body } = await change(member.client, booking, edit);
  expect(body).toMatchObject({
    version: 2,
    resourceId: otherRoom.id,
    startsAt: '2027-03-02T08:00:00.000Z',
    endsAt: '2027-03-02T09:00:00.000Z',
    startsLocal: '2027-03-02T09:00',
    endsLocal: '2027-03-02T10:00:00',
  });
  const { version, ...state } = body;
  expect(await newestEventOf(stage.database, booking.id)).toMatchObject({ version, data: state });
  // What it left is free, what it has is not.
  expect((await cast.booking(room.id, member.person.id, noon)).version).toBe(1);
  const taken = await stage.root.post<ProblemBody>('/v1/bookings', {
    resourceId: otherRoom.id,
    ownerId: member.person.id,
    startsLocal: '2027-03-02T09:30',
    endsLocal: '2027-03-02T11:00',
  });
  expect(taken.body.code).toBe('resource_booked');
});

test('a booking moves within its own time', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  const edit = { startsLocal: '2027-03-01T13:00', endsLocal: '2027-03-01T15:00' };
  expect((await change(member.client, booking, edit)).status).toBe(200);
});

test('a booking is not moved onto another, nor lengthened into it', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  await cast.booking(room.id, member.person.id, { startsLocal: '2027-03-01T15:00', endsLocal: '2027-03-01T16:00' });
  await cast.booking(otherRoom.id, member.person.id, noon);
  expect((await change(member.client, booking, { endsLocal: '2027-03-01T15:01' })).body.code).toBe('resource_booked');
  expect((await change(member.client, booking, { resourceId: otherRoom.id })).body.code).toBe('resource_booked');
  expect((await change(member.client, booking, { endsLocal: '2027-03-01T15:00' })).status).toBe(200);
});

test('a booking is lengthened after its end within the grace period, and not beyond', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  stage.setNow('2027-03-01T13:30:00Z');
  const late = await change(member.client, booking, { endsLocal: '2027-03-01T16:00' });
  expect([late.status, late.body.code]).toEqual([409, 'booking_over']);
  stage.setNow('2027-03-01T13:29:00Z');
  const inTime = await change(member.client, booking, { endsLocal: '2027-03-01T16:00' });
  expect(inTime.body).toMatchObject({ endsAt: '2027-03-01T15:00:00.000Z', startsAt: '2027-03-01T11:00:00.000Z' });
});

test('a running booking is shortened to now, and not to the past', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  stage.setNow('2027-03-01T12:00:30Z');
  const past = await change(member.client, booking, { endsLocal: '2027-03-01T12:30' });
  expect([past.status, past.body.code]).toEqual([422, 'booking_in_the_past']);
  expect((await change(member.client, booking, { endsLocal: '2027-03-01T13:00' })).status).toBe(200);
});

test('a member moves no start into the past, an administrator may', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  stage.setNow('2027-03-01T11:30:00Z');
  const edit = { startsLocal: '2027-03-01T11:00' };
  expect((await change(member.client, booking, edit)).body.code).toBe('booking_in_the_past');
  expect((await change(administrator.client, booking, edit)).status).toBe(200);
});

test.each([
  [{}, 400, 'validation_failed'],
  [{ startsLocal: '2027-03-01T12:00', startsAt: '2027-03-01T11:00:00Z' }, 400, 'validation_failed'],
  [{ ownerId: randomUUID() }, 400, 'validation_failed'],
  [{ endsLocal: '2027-03-01T12:00' }, 422, 'booking_ends_before_start'],
  [{ endsLocal: '2027-05-01T12:00' }, 422, 'booking_too_long'],
  [{ resourceId: randomUUID() }, 404, 'resource_not_found'],
])('a change such as %j is refused: %s %s', async (edit, status, code) => {
  const answer = await change(member.client, await cast.booking(room.id, member.person.id, noon), edit);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test('an edit needs the version that was seen', async () => {
  const { id } = await cast.booking(room.id, member.person.id, noon);
  const blind = await member.client.send<ProblemBody>('PATCH', `/v1/bookings/${id}`, { endsLocal: '2027-03-01T15:00' });
  expect([blind.status, blind.body.code]).toEqual([428, 'if_match_required']);
});

test('what was made unbookable since may be shortened, not lengthened', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  await stage.root.patch(`/v1/resources/${room.id}`, { bookableBy: { kind: 'nobody' } }, 1);
  const longer = await change(member.client, booking, { endsLocal: '2027-03-01T15:00' });
  expect(longer.body.code).toBe('resource_not_bookable');
  expect((await change(member.client, booking, { endsLocal: '2027-03-01T13:00' })).status).toBe(200);
});

test('a booking moves to another location of the caller’s, where its wall time stays', async () => {
  const newYork = await cast.location({ timeZone: 'America/New_York' });
  const both = await cast.actor({ memberOf: [here.id, newYork.id] });
  const away = await cast.resource(newYork.id, { kind: 'room', bookableBy: everyone });
  const guest = await cast.person({ memberOf: [here.id] });
  const booking = await cast.booking(room.id, both.person.id, { ...noon, inviteeIds: [guest.id] });
  const { body } = await change(both.client, booking, { resourceId: away.id });
  expect(body).toMatchObject({
    ...noon,
    locationId: newYork.id,
    timeZone: 'America/New_York',
    startsAt: '2027-03-01T17:00:00.000Z',
    endsAt: '2027-03-01T19:00:00.000Z',
  });
  const known = await stage.root.get<{ items: { id: string }[] }>(`/v1/people?locationId=${newYork.id}&limit=200`);
  expect(known.body.items.map(({ id }) => id)).toContain(guest.id);
});

test('a booking moves nowhere where its owner or the caller does not belong', async () => {
  const elsewhere = await cast.location();
  const away = await cast.resource(elsewhere.id, { kind: 'room', bookableBy: everyone });
  const booking = await cast.booking(room.id, member.person.id, noon);
  expect((await change(member.client, booking, { resourceId: away.id })).body.code).toBe('resource_not_found');
  const administratorOfBoth = await cast.actor({ administratorOf: [here.id, elsewhere.id] });
  const moved = await change(administratorOfBoth.client, booking, { resourceId: away.id });
  expect(moved.body.code).toBe('person_not_a_member');
  const visitor = await cast.actor({ administratorOf: [here.id], memberOf: [elsewhere.id] });
  expect((await change(visitor.client, booking, { resourceId: away.id })).body.code).toBe('booking_for_others');
});

test('two bookings swap their rooms in one step, and their times', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const other = await cast.booking(otherRoom.id, member.person.id, noon);
  const { body: rooms } = await swap(member.client, first, other, 'resources');
  expect(rooms.booking).toMatchObject({ id: first.id, version: 2, resourceId: otherRoom.id, ...noon });
  expect(rooms.other).toMatchObject({ id: other.id, version: 2, resourceId: room.id, ...noon });

  const evening = { startsLocal: '2027-03-01T18:00', endsLocal: '2027-03-01T19:30' };
  const moved = (await change(member.client, rooms.other, evening)).body;
  const { body: times } = await swap(member.client, rooms.booking, moved, 'times');
  expect(times.booking).toMatchObject({ version: 3, resourceId: otherRoom.id, ...evening });
  expect(times.other).toMatchObject({ version: 4, resourceId: room.id, ...noon });
  expect((await newestEventOf(stage.database, first.id)).version).toBe(3);
  expect((await newestEventOf(stage.database, other.id)).version).toBe(4);
});

test('two bookings of one room swap their times, though each passes through the other', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const afternoon = { startsLocal: '2027-03-01T14:00', endsLocal: '2027-03-01T16:00' };
  const other = await cast.booking(room.id, member.person.id, afternoon);
  const { body } = await swap(administrator.client, first, other, 'times');
  expect([body.booking.startsLocal, body.other.startsLocal]).toEqual([afternoon.startsLocal, noon.startsLocal]);
});

test('a swap that would meet a third booking changes neither', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const longer = { startsLocal: '2027-03-01T12:00', endsLocal: '2027-03-01T16:00' };
  const other = await cast.booking(otherRoom.id, member.person.id, longer);
  await cast.booking(room.id, member.person.id, { startsLocal: '2027-03-01T14:00', endsLocal: '2027-03-01T15:00' });
  const answer = await swap(member.client, first, other, 'resources');
  expect([answer.status, answer.body.code]).toEqual([409, 'resource_booked']);
  expect((await member.client.get<BookingBody>(`/v1/bookings/${first.id}`)).body).toEqual(first);
});

test('a swap needs both bookings to be the caller’s, of one location, seen as they are, and two', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const strangers = await cast.booking(otherRoom.id, (await cast.person({ memberOf: [here.id] })).id, noon);
  expect((await swap(member.client, first, strangers, 'times')).body.code).toBe('booking_not_found');
  expect((await swap(administrator.client, first, { ...strangers, version: 7 }, 'times')).body.code).toBe(
    'version_conflict',
  );
  expect((await swap(member.client, first, first, 'times')).body.code).toBe('swap_with_itself');
  expect((await swap(member.client, first, strangers, 'owners')).status).toBe(400);
  const elsewhere = await cast.location();
  const away = await cast.resource(elsewhere.id, { kind: 'room', bookableBy: everyone });
  const there = await cast.booking(away.id, (await cast.person({ memberOf: [elsewhere.id] })).id, noon);
  expect((await swap(stage.root, first, there, 'resources')).body.code).toBe('swap_across_locations');
});

test('a corrected zone plans open bookings anew from their wall time, and leaves those that are over', async () => {
  const location = await cast.location();
  const desk = await cast.resource(location.id, { kind: 'desk', bookableBy: everyone });
  const { id: ownerId } = await cast.person({ memberOf: [location.id] });
  const past = await cast.booking(desk.id, ownerId, { startsLocal: '2027-02-28T11:00', endsLocal: '2027-02-28T12:00' });
  const open = await cast.booking(desk.id, ownerId, noon);
  stage.setNow('2027-02-28T20:00:00Z');
  await stage.root.patch(`/v1/locations/${location.id}`, { timeZone: 'Europe/London' }, 1);
  const now = await stage.root.get<BookingBody>(`/v1/bookings/${open.id}`);
  expect(now.body).toMatchObject({
    ...noon,
    version: 2,
    timeZone: 'Europe/London',
    startsAt: '2027-03-01T12:00:00.000Z',
  });
  expect((await newestEventOf(stage.database, open.id)).version).toBe(2);
  expect((await stage.root.get<BookingBody>(`/v1/bookings/${past.id}`)).body).toEqual(past);
});

test('deleting a resource, its owner or its location cancels its bookings', async () => {
  const location = await cast.location();
  const owner = await cast.person({ memberOf: [location.id] });
  const desk = () => cast.resource(location.id, { kind: 'desk', bookableBy: everyone });
  const [first, second] = [await desk(), await desk()];
  const other = await cast.person({ memberOf: [location.id] });
  const ofFirst = await cast.booking(first.id, owner.id, noon);
  const ofSecond = await cast.booking(second.id, owner.id, noon);
  const ofOther = await cast.booking(second.id, other.id, {
    startsLocal: '2027-03-02T12:00',
    endsLocal: '2027-03-02T13:00',
  });
  const isCancelled = async ({ id }: BookingBody) =>
    (await newestEventOf(stage.database, id)).data['cancelledAt'] !== null;
  await stage.root.delete(`/v1/resources/${first.id}`, 1);
  expect([await isCancelled(ofFirst), await isCancelled(ofSecond)]).toEqual([true, false]);
  await stage.root.delete(`/v1/people/${owner.id}`, owner.version);
  expect([await isCancelled(ofSecond), await isCancelled(ofOther)]).toEqual([true, false]);
  expect((await stage.root.delete(`/v1/locations/${location.id}`, 1)).status).toBe(204);
  expect(await isCancelled(ofOther)).toBe(true);
});
