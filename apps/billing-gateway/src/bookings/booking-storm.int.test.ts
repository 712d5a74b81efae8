import type { BookingBody, SwappedBookings } from '@latchkey/contracts';
import fc from 'fast-check';
import type { Answer, ProblemBody } from '@latchkey/test-kit';
import { Cast, type Actor } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let member: Actor;
let companyId: string;
let deskIds: string[];

beforeAll(async () => {
  stage = await startGateway('gateway booking storm');
  stage.setNow('2027-02-28T09:00:00Z');
  cast = new Cast(stage);
  const { id: locationId } = await cast.location();
  member = await cast.member(locationId);
  companyId = (await cast.company(locationId, { memberIds: [member.person.id] })).id;
  await cast.dayPasses(companyId, { count: 2 });
  await cast.dayPasses(companyId, { count: 2, validUntil: '2027-03-01' });
  const desk = { kind: 'desk' as const, bookableBy: { kind: 'everyone' as const } };
  deskIds = [];
  for (let index = 0; index < 3; index += 1) deskIds.push((await cast.resource(locationId, desk)).id);
});

afterAll(() => stage.stop());

type Outcome = Answer<BookingBody & SwappedBookings & ProblemBody>;

const step = fc.record({
  what: fc.constantFrom('book' as const, 'book', 'pay', 'pay', 'move', 'move', 'cancel', 'swap'),
  desk: fc.nat(2),
  day: fc.constantFrom('2027-03-01', '2027-03-02'),
  hour: fc.integer({ min: 8, max: 20 }),
  hours: fc.integer({ min: 1, max: 3 }),
  which: fc.nat(1000),
  exchange: fc.constantFrom('times', 'resources'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const atHour = (day: string, hour: number) => `${day}T${String(hour).padStart(2, '0')}:00`;

/** One caller: each step works on bookings as the callers last saw them, so that some come too late. */
async function perform({ what, desk, day, hour, hours, which, exchange }: Step, seen: BookingBody[]): Promise<Outcome> {
  const { client, person } = member;
  const times = { startsLocal: atHour(day, hour), endsLocal: atHour(day, hour + hours) };
  const place = { resourceId: deskIds[desk], ...times };
  const booking = seen[which % seen.length];
  const other = seen[(which + 1) % seen.length];
  if (what === 'pay') return client.post('/v1/bookings', { ...place, ownerId: person.id, dayPass: { companyId } });
  if (what === 'book' || booking === undefined || other === undefined) {
    return client.post('/v1/bookings', { ...place, ownerId: person.id });
  }
  const path = `/v1/bookings/${booking.id}`;
  const { version } = booking;
  if (what === 'move') return client.patch(path, place, version);
  if (what === 'cancel') return client.post(`${path}/cancel`, undefined, { version });
  return client.post(`${path}/swap`, { withId: other.id, withVersion: other.version, exchange }, { version });
}

function note(body: Outcome['body'], seen: BookingBody[]): void {
  for (const booking of body.booking === undefined ? [body] : [body.booking, body.other]) {
    const index = seen.findIndex(({ id }) => id === booking.id);
    if (index === -1) seen.push(booking);
    else if (seen[index]!.version < booking.version) seen[index] = booking;
  }
}

test('whatever many callers do at once, no desk is held twice, no pass taken twice, and every change is told', async () => {
  const seen: BookingBody[] = [];
  const expected = /^(resource_booked|version_conflict|booking_over|no_day_pass_left|swap_with_itself)$/;
  const unexpected: ProblemBody[] = [];
  const caller = async (steps: readonly Step[]) => {
    for (const next of steps) {
      const { status, body } = await perform(next, seen);
      if (status < 300) note(body, seen);
      else if (!expected.test(body.code)) unexpected.push(body);
    }
  };
  await Promise.all(fc.sample(fc.array(step, { minLength: 25, maxLength: 25 }), { numRuns: 6, seed: 1 }).map(caller));
  expect(unexpected).toEqual([]);
  expect(seen.length).toBeGreaterThan(5);

  const wrong: unknown[] = await stage.database.query(`
    SELECT booking.id, occupancy.during FROM booking FULL JOIN occupancy ON occupancy.booking_id = booking.id
    WHERE (booking.cancelled_at IS NULL) <> (occupancy.id IS NOT NULL)
      OR occupancy.during <> tstzrange(booking.starts_at, booking.ends_at, '[)')
      OR occupancy.resource_id <> booking.resource_id`);
  expect(wrong).toEqual([]);
  const overdrawn: unknown[] = await stage.database.query(`
    SELECT batch.id FROM day_pass_batch AS batch JOIN booking ON booking.day_pass_batch_id = batch.id
    WHERE booking.cancelled_at IS NULL GROUP BY batch.id HAVING count(*) > batch.count`);
  expect(overdrawn).toEqual([]);
  for (const { id, version } of seen) {
    const versions = (await eventsOf(stage.database, id)).map((event) => event.version);
    expect(versions).toEqual(Array.from({ length: version }, (_, index) => index + 1));
  }
});
