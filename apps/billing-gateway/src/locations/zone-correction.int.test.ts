import type { BookingBody, LocationBody, PersonBody, ResourceBody } from '@latchkey/contracts';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf, newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let ada: PersonBody;
let room: ResourceBody;

beforeAll(async () => {
  stage = await startGateway('gateway zones');
  cast = new Cast(stage);
});

beforeEach(async () => {
  stage.setNow('2026-10-20T12:00:00Z');
  here = await cast.location({ timeZone: 'America/New_York' });
  ada = await cast.person({ memberOf: [here.id] });
  room = await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } });
});

afterAll(() => stage.stop());

const book = (startsLocal: string, endsLocal: string) => cast.booking(room.id, ada.id, { startsLocal, endsLocal });
const correct = (timeZone: string, version = 1) =>
  stage.root.patch<ProblemBody>(`/v1/locations/${here.id}`, { timeZone }, version);

test('a corrected zone keeps the wall time of every open booking, and tells each', async () => {
  const summer = await book('2026-10-24T12:00', '2026-10-24T16:00');
  const winter = await book('2026-10-26T09:30', '2026-10-26T11:30');
  expect((await correct('Europe/Paris')).status).toBe(200);
  expect(await newestEventOf(stage.database, summer.id)).toMatchObject({
    version: 2,
    data: { startsAt: '2026-10-24T10:00:00.000Z', endsAt: '2026-10-24T14:00:00.000Z', timeZone: 'Europe/Paris' },
  });
  expect(await newestEventOf(stage.database, winter.id)).toMatchObject({
    version: 2,
    data: {
      startsLocal: winter.startsLocal,
      startsAt: '2026-10-26T08:30:00.000Z',
      endsAt: '2026-10-26T10:30:00.000Z',
    },
  });
});

test('what is over or cancelled stays as it was, and is in nobody’s way', async () => {
  const past = await book('2026-10-20T09:00', '2026-10-20T10:00');
  const cancelled = await book('2026-10-21T09:00', '2026-10-21T10:00');
  const next = await book('2026-10-20T15:00', '2026-10-20T16:00');
  await stage.root.post(`/v1/bookings/${cancelled.id}/cancel`, undefined, { version: 1 });
  stage.setNow('2026-10-20T14:40:00Z');
  // 15:00 in Paris is 09:00 in New York: when the past booking was.
  expect((await correct('Europe/Paris')).status).toBe(200);
  expect(await eventsOf(stage.database, past.id)).toHaveLength(1);
  expect(await eventsOf(stage.database, cancelled.id)).toHaveLength(2);
  const moved = await stage.root.get<BookingBody>(`/v1/bookings/${next.id}`);
  expect(moved.body).toMatchObject({ version: 2, startsAt: '2026-10-20T13:00:00.000Z' });
});

test('in a repeated hour a start takes the earlier instant and an end the later', async () => {
  const start = await book('2026-10-25T02:30', '2026-10-25T05:00');
  await correct('Europe/Paris');
  expect((await newestEventOf(stage.database, start.id)).data['startsAt']).toBe('2026-10-25T00:30:00.000Z');
});

test('two bookings that the repeated hour would let overlap refuse the correction, and nothing has changed', async () => {
  const first = await book('2026-10-25T01:00', '2026-10-25T02:30');
  await book('2026-10-25T02:30', '2026-10-25T04:00');
  const refused = await correct('Europe/Paris');
  expect(refused).toMatchObject({ status: 409, body: { code: 'resource_booked' } });
  expect(await eventsOf(stage.database, first.id)).toHaveLength(1);
  expect((await stage.root.get<LocationBody>(`/v1/locations/${here.id}`)).body.timeZone).toBe('America/New_York');
});

test('a booking made while the zone is corrected is planned in the new zone or corrected with the others', async () => {
  const [corrected, ...made] = await Promise.all([
    correct('Europe/Paris'),
    ...[1, 2, 3, 4].map((day) => book(`2026-11-0${day}T12:00`, `2026-11-0${day}T13:00`)),
  ]);
  expect(corrected.status).toBe(200);
  for (const { id } of made) {
    const { data } = await newestEventOf(stage.database, id);
    expect(data).toMatchObject({ timeZone: 'Europe/Paris', startsAt: expect.stringContaining('T11:00') as string });
  }
});

test('a grace period changed is told with the location alone', async () => {
  const booking = await book('2026-10-24T12:00', '2026-10-24T16:00');
  await stage.root.patch(`/v1/locations/${here.id}`, { gracePeriodMinutes: 0 }, 1);
  expect(await eventsOf(stage.database, booking.id)).toHaveLength(1);
});
