import type { BookingBody, PersonBody, ResourceBody, SiteCheckBody } from '@latchkey/contracts';
import fc from 'fast-check';
import { becomes, HOUR_MS, Lab, untilAt } from './harness/lab.ts';
import { RunningSystem } from './harness/running-system.ts';
import { surely } from './harness/surely.ts';

const CHECK_EVERY_MS = 3_000;
const SEATS = 3;
const RUNS = process.env['LATCHKEY_TEST_FULL'] === '1' ? 20 : 2;

let running: RunningSystem;
let lab: Lab;

beforeAll(async () => {
  const env = { SITE_CHECK_EVERY_MS: String(CHECK_EVERY_MS), DRIFT_QUIET_MS: '1', SALTO_CALL_TIMEOUT_MS: '1500' };
  running = await RunningSystem.start({ name: 'drift', env });
  lab = new Lab(running);
});

afterAll(() => running?.stop());

const at = fc.nat(SEATS - 1);
const membersOfGroups = '/v1.2/sites/*/access_groups/*/users/**';
const fault = fc.constantFrom(
  { kind: 'timeout', write: 'applied' },
  { kind: 'timeout', write: 'lost' },
  { kind: 'late_write', after_ms: 2_000 },
  { kind: 'reset', write: 'applied' },
  { kind: 'reset', write: 'lost' },
  { kind: 'unavailable' },
  { kind: 'rate_limit' },
  { kind: 'rate_limit', retry_after_seconds: 1 },
  { kind: 'delay', delay_ms: 500 },
);

/** What people, Salto and the network do, in any order. */
const happening = fc.oneof(
  fc.record({ what: fc.constant('book' as const), at }),
  fc.record({ what: fc.constant('cancel' as const), at }),
  fc.record({ what: fc.constant('taken out by hand' as const), at }),
  fc.record({ what: fc.constant('put in by hand' as const), at }),
  fc.record({ what: fc.constant('fault' as const), effect: fault, times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ what: fc.constant('a check' as const) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** A member with a desk that a group of its own opens. */
interface Seat {
  readonly person: PersonBody;
  readonly groupId: string;
  readonly desk: ResourceBody;
  booking?: BookingBody;
  isBooked: boolean;
  /** Somebody put the member in by hand: such a membership is not ours to end (S5.5). */
  wasPutIn: boolean;
}

async function seatIn(groupId: string, index: number): Promise<Seat> {
  const [person, desk] = await Promise.all([lab.person(`Drift${index}`), lab.resource(groupId)]);
  return { person, groupId, desk, isBooked: false, wasPutIn: false };
}

async function siteCheck(): Promise<SiteCheckBody> {
  return running.system.access('operator').get(`/v1/locations/${lab.location.id}/site-check`);
}

/** Until a check that began from now on has ended: the one that runs may have looked before. */
async function nextCheck(): Promise<void> {
  for (let ended = 0; ended < 2; ended += 1) {
    const { checkedAt } = await siteCheck();
    await becomes(async () => expect((await siteCheck()).checkedAt).not.toBe(checkedAt));
  }
}

async function happens(one: Happening, seats: readonly Seat[]): Promise<void> {
  switch (one.what) {
    case 'fault':
      return lab.salto.fails({ path: membersOfGroups, times: one.times, effect: one.effect });
    case 'a check':
      return nextCheck();
    case 'taken out by hand':
      return lab.salto.byHand('DELETE', seats[one.at]!);
    case 'put in by hand':
      seats[one.at]!.wasPutIn = true;
      return lab.salto.byHand('POST', seats[one.at]!);
    case 'book':
      return book(seats[one.at]!);
    case 'cancel':
      return cancel(seats[one.at]!);
  }
}

async function book(seat: Seat): Promise<void> {
  if (seat.isBooked) return;
  seat.booking = await lab.book(seat.desk, seat.person, untilAt(Date.now() + HOUR_MS));
  seat.isBooked = true;
}

async function cancel(seat: Seat): Promise<void> {
  const { booking } = seat;
  if (booking === undefined || !seat.isBooked) return;
  await surely(() => lab.cancel(booking));
  seat.isBooked = false;
}

test(
  'whatever people, Salto and the network do, in the end Salto holds what it should, and is left alone',
  async () => {
    const property = fc.asyncProperty(fc.array(happening, { minLength: 6, maxLength: 12 }), async (happenings) => {
      const groupIds = await lab.salto.makeGroups(SEATS);
      const seats = await Promise.all(groupIds.map(seatIn));
      for (const one of happenings) await happens(one, seats);
      await lab.salto.works();

      const areRight = () => Promise.all(seats.map(expectRight));
      await becomes(areRight);
      await nextCheck();
      await areRight();
      const writes = await Promise.all(groupIds.map((groupId) => lab.salto.changes(groupId)));
      await nextCheck();
      expect(await Promise.all(groupIds.map((groupId) => lab.salto.changes(groupId)))).toEqual(writes);
      for (const seat of seats) await cancel(seat);
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  },
  RUNS * 300_000,
);

/**
 * Who has booked is in, unless somebody took it out twice, which waits for a person. Who has not is out, unless somebody
 * put it in by hand.
 */
async function expectRight(seat: Seat): Promise<void> {
  const { groupId, person, booking, isBooked, wasPutIn } = seat;
  const isIn = ((await lab.salto.members([groupId]))[0] ?? []).includes(person.email ?? '');
  if (!isBooked || booking === undefined) return expect(isIn && !wasPutIn).toBe(false);
  const [grant] = await lab.grants(booking.id);
  const state = { isIn, status: grant?.status, code: grant?.problem?.code };
  if (state.status === 'blocked') {
    return expect(state).toEqual({ isIn: false, status: 'blocked', code: 'membership_removed_externally' });
  }
  expect(state).toEqual({ isIn: true, status: 'active', code: undefined });
}
