import type { BookingBody, LocationBody, PersonBody, ResourceBody } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import { bodyOf, type ProblemBody } from '@latchkey/test-kit';
import { Cast, type Actor } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let owner: Actor;
let room: ResourceBody;
let booking: BookingBody;

const everyone = { kind: 'everyone' as const };

beforeAll(async () => {
  stage = await startGateway('gateway invitees');
  cast = new Cast(stage);
  here = await cast.location();
  owner = await cast.member(here.id);
});

beforeEach(async () => {
  stage.setNow('2027-02-28T09:00:00Z');
  room = await cast.resource(here.id, { kind: 'room', capacity: 3, bookableBy: everyone });
  booking = await cast.booking(room.id, owner.person.id);
});

afterAll(() => stage.stop());

const invite = (client: Actor['client'], invitee: object, version = booking.version) =>
  client.post<BookingBody & ProblemBody>(`/v1/bookings/${booking.id}/invitees`, invitee, { version });

const uninvite = (client: Actor['client'], personId: string, version: number) =>
  client.delete<BookingBody & ProblemBody>(`/v1/bookings/${booking.id}/invitees/${personId}`, version);

const newcomer = () => ({ givenName: 'Grace', familyName: 'Hopper', email: `${randomUUID()}@example.org` });

test('a member of the location is invited and uninvited, each with its event', async () => {
  const guest = await cast.person({ memberOf: [here.id] });
  const invited = await invite(owner.client, { personId: guest.id });
  expect(invited.body).toMatchObject({ version: 2, inviteeIds: [guest.id] });
  expect((await newestEventOf(stage.database, booking.id)).data['inviteeIds']).toEqual([guest.id]);
  const gone = await uninvite(owner.client, guest.id, 2);
  expect(gone.body).toMatchObject({ version: 3, inviteeIds: [] });
  expect((await newestEventOf(stage.database, booking.id)).data['inviteeIds']).toEqual([]);
  expect((await uninvite(owner.client, guest.id, 3)).body.code).toBe('person_not_found');
});

test('somebody new gets a record with an e-mail that is not verified yet, and no sign-in', async () => {
  const { email, ...names } = newcomer();
  const { body } = await invite(owner.client, { ...names, email });
  const [guestId] = body.inviteeIds;
  const guest = bodyOf(await stage.root.get<PersonBody>(`/v1/people/${guestId}`));
  expect(guest).toMatchObject({ ...names, email, isEmailVerified: false, memberOf: [], administratorOf: [] });
  expect((await newestEventOf(stage.database, guest.id)).data).toMatchObject({
    accounts: [],
    inviteeOf: [here.id],
    contactVersion: 1,
  });
  const known = await stage.root.get<{ items: PersonBody[] }>(`/v1/people?locationId=${here.id}&email=${email}`);
  expect(known.body.items).toEqual([guest]);
});

test('a known e-mail, however it is written, invites its person and changes no name', async () => {
  const guest = await cast.person({ memberOf: [(await cast.location()).id] });
  const { body } = await invite(owner.client, { ...newcomer(), email: guest.email.toUpperCase() });
  expect(body.inviteeIds).toEqual([guest.id]);
  const now = bodyOf(await stage.root.get<PersonBody>(`/v1/people/${guest.id}`));
  expect(now).toEqual({ ...guest, version: 2 });
});

test('who is invited already stays invited, once', async () => {
  const guest = await cast.person({ memberOf: [here.id] });
  const first = await invite(owner.client, { personId: guest.id });
  const again = await invite(owner.client, { ...newcomer(), email: guest.email }, 2);
  expect(again.body).toEqual(first.body);
});

test('the room holds the owner and its invitees, and no more', async () => {
  expect((await invite(owner.client, newcomer())).status).toBe(200);
  expect((await invite(owner.client, newcomer(), 2)).status).toBe(200);
  const third = await invite(owner.client, newcomer(), 3);
  expect([third.status, third.body.code]).toEqual([409, 'room_full']);
  const small = await cast.resource(here.id, { kind: 'room', capacity: 2, bookableBy: everyone });
  const moved = await owner.client.patch<ProblemBody>(`/v1/bookings/${booking.id}`, { resourceId: small.id }, 3);
  expect(moved.body.code).toBe('room_full');
  const guests = await Promise.all([1, 2, 3].map(() => cast.person({ memberOf: [here.id] })));
  const body = { resourceId: room.id, ownerId: owner.person.id, inviteeIds: guests.map(({ id }) => id) };
  const times = { startsLocal: '2027-03-02T12:00', endsLocal: '2027-03-02T13:00' };
  const tooMany = await owner.client.post<ProblemBody>('/v1/bookings', { ...body, ...times });
  expect(tooMany.body.code).toBe('room_full');
});

test('only rooms have invitees', async () => {
  const desk = await cast.resource(here.id, { kind: 'desk', capacity: 3, bookableBy: everyone });
  await invite(owner.client, newcomer());
  const moved = await owner.client.patch<ProblemBody>(`/v1/bookings/${booking.id}`, { resourceId: desk.id }, 2);
  expect([moved.status, moved.body.code]).toEqual([409, 'invitees_rooms_only']);
  booking = await cast.booking(desk.id, owner.person.id);
  expect((await invite(owner.client, newcomer())).body.code).toBe('invitees_rooms_only');
});

test('a newcomer whose invitation is refused leaves no record', async () => {
  const guest = newcomer();
  expect((await invite(owner.client, guest, 7)).body.code).toBe('version_conflict');
  const found = await stage.root.get<{ items: PersonBody[] }>(`/v1/people?email=${guest.email}`);
  expect(found.body.items).toEqual([]);
});

test.each([
  [{}, 400, 'validation_failed'],
  [{ personId: 'ada' }, 400, 'validation_failed'],
  [{ givenName: 'Ada', familyName: 'Byron' }, 400, 'validation_failed'],
  [{ givenName: 'Ada', familyName: 'Byron', email: 'ada' }, 400, 'validation_failed'],
  [{ personId: randomUUID() }, 404, 'person_not_found'],
])('inviting %j is refused: %s %s', async (invitee, status, code) => {
  const answer = await invite(owner.client, invitee);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test('the owner is not invited, and nobody by an id whom neither the location nor the caller knows', async () => {
  const self = await invite(owner.client, { personId: owner.person.id });
  expect([self.status, self.body.code]).toEqual([422, 'invitee_is_owner']);
  const elsewhere = await cast.location();
  const stranger = await cast.person({ memberOf: [elsewhere.id] });
  expect((await invite(owner.client, { personId: stranger.id })).body.code).toBe('person_not_found');
  const both = await cast.actor({ administratorOf: [here.id, elsewhere.id] });
  expect((await invite(both.client, { personId: stranger.id })).status).toBe(200);
});

test('an invitee sees the booking and may leave it, but changes nothing else', async () => {
  const [guest, other] = [await cast.member(here.id), await cast.member(here.id)];
  await invite(owner.client, { personId: guest.person.id });
  await invite(owner.client, { personId: other.person.id }, 2);
  const longer = { endsLocal: '2027-03-01T14:00' };
  const changed = await guest.client.patch<ProblemBody>(`/v1/bookings/${booking.id}`, longer, 3);
  expect([changed.status, changed.body.code]).toEqual([403, 'booking_not_yours']);
  expect((await uninvite(guest.client, other.person.id, 3)).body.code).toBe('booking_not_yours');
  expect((await uninvite(guest.client, guest.person.id, 3)).body.inviteeIds).toEqual([other.person.id]);
  expect((await guest.client.get(`/v1/bookings/${booking.id}`)).status).toBe(404);
});

test('invitees come and go until the grace period is over', async () => {
  stage.setNow('2027-03-01T12:29:00Z');
  const { body } = await invite(owner.client, newcomer());
  stage.setNow('2027-03-01T12:30:00Z');
  expect((await uninvite(owner.client, body.inviteeIds[0]!, 2)).body.code).toBe('booking_over');
});

test('a deleted person is on no list of invitees any more', async () => {
  const guest = await cast.person({ memberOf: [here.id] });
  await invite(owner.client, { personId: guest.id });
  await stage.root.delete(`/v1/people/${guest.id}`, 1);
  expect((await newestEventOf(stage.database, booking.id)).data['inviteeIds']).toEqual([]);
});
