import { Problem } from '@latchkey/service-kit';
import fc from 'fast-check';
import { isOver, requireOneDay, requireRoomFor, requireSlot, takesMore } from './booking-rules.ts';
import { slotOf } from './booking-slot.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

function codeOf(fn: () => unknown): string | undefined {
  try {
    fn();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

const slot = (startsIn: number, endsIn: number) => ({ startsAt: now + startsIn, endsAt: now + endsIn });

test.each([
  ['for now', slot(0, 60 * MINUTE), undefined],
  ['for now, typed for a minute', slot(-MINUTE, 60 * MINUTE), undefined],
  ['begun ten minutes ago', slot(-10 * MINUTE, 60 * MINUTE), 'booking_in_the_past'],
  ['over', slot(-120 * MINUTE, -60 * MINUTE), 'booking_in_the_past'],
  ['without any length', slot(MINUTE, MINUTE), 'booking_ends_before_start'],
  ['that ends before it starts', slot(2 * MINUTE, MINUTE), 'booking_ends_before_start'],
  ['of 31 days', slot(0, 31 * DAY), undefined],
  ['of more than 31 days', slot(0, 31 * DAY + 1), 'booking_too_long'],
  ['in three years', slot(3 * 366 * DAY, 3 * 366 * DAY + MINUTE), 'booking_too_far_ahead'],
])('a member books a time %s: %j is refused with %s', (_, times, code) => {
  expect(codeOf(() => requireSlot(times, now, false))).toBe(code);
});

test('an administrator notes what has begun, but nothing that is over', () => {
  expect(codeOf(() => requireSlot(slot(-DAY, MINUTE), now, true))).toBeUndefined();
  expect(codeOf(() => requireSlot(slot(-DAY, -10 * MINUTE), now, true))).toBe('booking_in_the_past');
});

test('what a running booking keeps is not judged again', () => {
  const present = slot(-60 * MINUTE, 60 * MINUTE);
  expect(codeOf(() => requireSlot({ ...present, endsAt: now }, now, false, present))).toBeUndefined();
  expect(codeOf(() => requireSlot({ ...present, startsAt: now - 30 * MINUTE }, now, false, present))).toBe(
    'booking_in_the_past',
  );
});

test('a booking is over when its grace period is, or once it is cancelled', () => {
  const endsAt = now - 30 * MINUTE;
  expect(isOver({ endsAt, cancelledAt: null }, 30, now)).toBe(true);
  expect(isOver({ endsAt: endsAt + 1, cancelledAt: null }, 30, now)).toBe(false);
  expect(isOver({ endsAt: now + DAY, cancelledAt: now }, 30, now)).toBe(true);
});

test('a time within the present one takes nothing more, and any other does', () => {
  const edges = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000));
  fc.assert(
    fc.property(edges, ([a, b, c, d]) => {
      const present = { startsAt: Math.min(a, b), endsAt: Math.max(a, b) };
      const wanted = { startsAt: Math.min(c, d), endsAt: Math.max(c, d) };
      const union = Math.max(present.endsAt, wanted.endsAt) - Math.min(present.startsAt, wanted.startsAt);
      expect(takesMore(present, wanted)).toBe(union > present.endsAt - present.startsAt);
    }),
  );
});

test('a room lets in its capacity, the owner included', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (capacity, invited) => {
      const inviteeIds = Array.from({ length: invited }, (_, index) => `invitee ${index}`);
      const code = codeOf(() => requireRoomFor(inviteeIds, 'owner', { kind: 'room', capacity }));
      expect(code).toBe(invited + 1 > capacity ? 'room_full' : undefined);
    }),
  );
});

test.each([
  [[], 'desk', undefined],
  [['ada'], 'desk', 'invitees_rooms_only'],
  [['owner'], 'room', 'invitee_is_owner'],
])('inviting %j to a %s is refused with %s', (inviteeIds, kind, code) => {
  expect(codeOf(() => requireRoomFor(inviteeIds, 'owner', { kind, capacity: 9 }))).toBe(code);
});

test.each([
  ['Europe/Paris', '2026-06-01T00:00', '2026-06-02T00:00', '2026-06-01'],
  ['Europe/Paris', '2026-06-01T22:00', '2026-06-02T00:01', 'day_pass_one_day'],
  // 25 hours long, and still one day.
  ['Europe/Paris', '2026-10-25T00:00', '2026-10-26T00:00', '2026-10-25'],
  // Midnight is skipped: the day begins at 01:00.
  ['Africa/Cairo', '2026-04-24T00:00', '2026-04-24T09:00', '2026-04-24'],
  ['America/New_York', '2028-02-29T09:00', '2028-02-29T18:00', '2028-02-29'],
])('in %s a day pass for %s–%s pays for %s', (zone, startsLocal, endsLocal, day) => {
  let paid: string | undefined;
  const code = codeOf(() => (paid = requireOneDay(slotOf({ startsLocal, endsLocal }, zone))));
  expect(paid ?? code).toBe(day);
});
