import type { BookingBody, LocationBody, PersonBody, ResourceBody } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import type { Answer, ProblemBody } from '@latchkey/test-kit';
import { Cast, type Actor } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { whileRowIsHeld } from '../testing/held-row.ts';
import { eventsOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let member: Actor;
let room: ResourceBody;
let otherRoom: ResourceBody;

const noon = { startsLocal: '2027-03-01T12:00', endsLocal: '2027-03-01T14:00' };
const afternoon = { startsLocal: '2027-03-01T14:00', endsLocal: '2027-03-01T16:00' };

beforeAll(async () => {
  stage = await startGateway('gateway booking races');
  stage.setNow('2027-02-28T09:00:00Z');
  cast = new Cast(stage);
  here = await cast.location();
  member = await cast.member(here.id);
});

beforeEach(async () => {
  const roomForAll = { kind: 'room' as const, capacity: 9, bookableBy: { kind: 'everyone' as const } };
  [room, otherRoom] = [await cast.resource(here.id, roomForAll), await cast.resource(here.id, roomForAll)];
});

afterAll(() => stage.stop());

type Outcome = Answer<BookingBody & ProblemBody>;

const outcomes = (answers: readonly Outcome[]) =>
  answers.map(({ status, body }) => (status < 300 ? 'done' : body.code)).sort();

const change = ({ id, version }: BookingBody, edit: object): Promise<Outcome> =>
  member.client.patch(`/v1/bookings/${id}`, edit, version);

const swap = (booking: BookingBody, other: BookingBody): Promise<Outcome> => {
  const body = { withId: other.id, withVersion: other.version, exchange: 'resources' };
  return member.client.post(`/v1/bookings/${booking.id}/swap`, body, { version: booking.version });
};

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

/** So many requests at once, all of which wait for one row before any of them goes on. */
const contendedFor = (
  table: string,
  id: string,
  count: number,
  send: (index: number) => Promise<Outcome>,
): Promise<Outcome[]> =>
  whileRowIsHeld(stage.database, { table, id, waiting: count }, () => Promise.all(times(count).map(send)));

test('of many bookings of one room and time at once, one is made', async () => {
  const body = { resourceId: room.id, ownerId: member.person.id, ...noon };
  const answers = await contendedFor('resource', room.id, 5, () => member.client.post('/v1/bookings', body));
  expect(outcomes(answers)).toEqual(['done', ...times(4).map(() => 'resource_booked')]);
});

test('a booking and a rental of one resource at once: one is made', async () => {
  const holder = { kind: 'member', personId: member.person.id };
  const items = [{ kind: 'resource', resourceId: room.id }];
  const answers = await Promise.all<Outcome>([
    member.client.post('/v1/bookings', { resourceId: room.id, ownerId: member.person.id, ...noon }),
    stage.root.post('/v1/subscriptions', { locationId: here.id, holder, items, startOn: '2027-03-01' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test('a booking lengthened against a neighbour that comes earlier at the same moment: one gets the time', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const neighbour = await cast.booking(room.id, member.person.id, {
    startsLocal: '2027-03-01T15:00',
    endsLocal: '2027-03-01T16:00',
  });
  const answers = await contendedFor('resource', room.id, 2, (index) =>
    index === 0
      ? change(first, { endsLocal: '2027-03-01T15:00' })
      : change(neighbour, { startsLocal: '2027-03-01T14:00' }),
  );
  expect(outcomes(answers)).toEqual(['done', 'resource_booked']);
});

test('of many edits of the same version at once, one is made and told', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  const ends = ['13:00', '13:15', '13:30', '13:45'];
  const answers = await contendedFor('booking', booking.id, ends.length, (index) =>
    change(booking, { endsLocal: `2027-03-01T${ends[index]}` }),
  );
  expect(outcomes(answers)).toEqual(['done', 'version_conflict', 'version_conflict', 'version_conflict']);
  expect((await eventsOf(stage.database, booking.id)).map(({ version }) => version)).toEqual([1, 2]);
});

test('a cancellation and a lengthening at once: whichever is first, the other is refused', async () => {
  const booking = await cast.booking(room.id, member.person.id, noon);
  const cancel = member.client.post(`/v1/bookings/${booking.id}/cancel`, undefined, { version: 1 });
  const answers = await Promise.all([change(booking, { endsLocal: '2027-03-01T15:00' }), cancel as Promise<Outcome>]);
  expect(outcomes(answers)).toEqual(['done', 'version_conflict']);
});

test('the same swap from both sides at once is made once', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const other = await cast.booking(otherRoom.id, member.person.id, noon);
  expect(outcomes(await Promise.all([swap(first, other), swap(other, first)]))).toEqual(['done', 'version_conflict']);
});

test('swaps around a ring at once wait for each other without a deadlock', async () => {
  const rooms = [room, otherRoom, await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } })];
  const ring: BookingBody[] = [];
  for (const { id } of rooms) ring.push(await cast.booking(id, member.person.id, noon));
  const answers = await Promise.all(ring.map((booking, index) => swap(booking, ring[(index + 1) % ring.length]!)));
  expect(outcomes(answers)).toEqual(['done', 'version_conflict', 'version_conflict']);
});

test('two bookings that each move to where the other is are refused: for that there is the swap', async () => {
  const first = await cast.booking(room.id, member.person.id, noon);
  const other = await cast.booking(room.id, member.person.id, afternoon);
  const answers = await Promise.all([change(first, afternoon), change(other, noon)]);
  expect(outcomes(answers)).toEqual(['resource_booked', 'resource_booked']);
});

test('one key sent twice at once books once', async () => {
  const body = { resourceId: room.id, ownerId: member.person.id, ...noon };
  const key = randomUUID();
  const send = (): Promise<Outcome> => member.client.post('/v1/bookings', body, { key });
  const answers = await Promise.all([send(), send()]);
  const done = answers.filter(({ status }) => status === 201);
  expect(done.length).toBeGreaterThan(0);
  expect(new Set(done.map(({ body: { id } }) => id)).size).toBe(1);
  for (const {
    status,
    body: { code },
  } of answers)
    expect(status === 201 || code === 'idempotency_in_progress').toBe(true);
});

test('a newcomer invited to two bookings at once gets one record', async () => {
  const bookings = [
    await cast.booking(room.id, member.person.id, noon),
    await cast.booking(otherRoom.id, member.person.id, noon),
  ];
  const guest = { givenName: 'Grace', familyName: 'Hopper', email: `${randomUUID()}@example.org` };
  const answers = await Promise.all(
    bookings.map(({ id }): Promise<Outcome> =>
      member.client.post(`/v1/bookings/${id}/invitees`, guest, { version: 1 }),
    ),
  );
  expect(outcomes(answers)).toEqual(['done', 'done']);
  const found = await stage.root.get<{ items: PersonBody[] }>(`/v1/people?email=${guest.email}`);
  expect(found.body.items).toHaveLength(1);
  expect(new Set(answers.flatMap(({ body }) => body.inviteeIds)).size).toBe(1);
});

test('a room deleted as it is booked has no open booking afterwards', async () => {
  const body = { resourceId: room.id, ownerId: member.person.id, ...noon };
  const [booked] = await Promise.all([
    member.client.post<BookingBody & ProblemBody>('/v1/bookings', body),
    stage.root.delete(`/v1/resources/${room.id}`, 1),
  ]);
  if (booked.status === 201) {
    const events = await eventsOf(stage.database, booked.body.id);
    expect(events.at(-1)?.data['cancelledAt']).not.toBeNull();
  } else expect(booked.body.code).toBe('resource_not_found');
});
