import { endOfDay } from '@latchkey/access-domain/time-zone';
import { conflict, unprocessable } from '@latchkey/service-kit';
import { dateAt } from '../calendar.ts';
import type { Slot } from './booking-slot.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What is still "now": forms take time, and phones' clocks differ. */
const NOW_TOLERANCE_MS = 5 * MINUTE_MS;
/** Longer than that is a rental. */
const LONGEST_MS = 31 * DAY_MS;
/** Further ahead than that is a slip in the year. */
const FURTHEST_MS = 2 * 366 * DAY_MS;

type Times = Pick<Slot, 'startsAt' | 'endsAt'>;

/**
 * What may be asked for: some time, not yet over (S4.7). What stays as it was is not judged again.
 * @param mayBackdate whether it may have begun in the past: administrators note what happened
 * @throws Problem 422 `booking_ends_before_start`, `booking_too_long`, `booking_too_far_ahead`, `booking_in_the_past`
 */
export function requireSlot(slot: Times, now: number, mayBackdate: boolean, present?: Times): void {
  const { startsAt, endsAt } = slot;
  if (endsAt <= startsAt) {
    const detail = 'The booking ends before it starts, or as it does.';
    throw unprocessable('booking_ends_before_start', detail, 'Choose a later end.');
  }
  if (endsAt - startsAt > LONGEST_MS) {
    throw unprocessable('booking_too_long', 'A booking lasts 31 days at most.', 'Rent it by a subscription instead.');
  }
  if (startsAt > now + FURTHEST_MS) {
    throw unprocessable('booking_too_far_ahead', 'It starts more than two years ahead.', 'Choose an earlier start.');
  }
  if (endsAt !== present?.endsAt && endsAt < now - NOW_TOLERANCE_MS) {
    throw unprocessable('booking_in_the_past', 'The end has passed.', 'Choose an end from now on.');
  }
  if (!mayBackdate && startsAt !== present?.startsAt && startsAt < now - NOW_TOLERANCE_MS) {
    const remedy = 'Choose a start from now on, or ask an administrator of your location.';
    throw unprocessable('booking_in_the_past', 'The start has passed.', remedy);
  }
}

/** Whether nothing about it can change any more: cancelled, or past its end and the grace period after it (S4.3). */
export function isOver(
  booking: { readonly endsAt: number; readonly cancelledAt: number | null },
  gracePeriodMinutes: number,
  now: number,
): boolean {
  return booking.cancelledAt !== null || booking.endsAt + gracePeriodMinutes * MINUTE_MS <= now;
}

/** Whether a change takes time of a resource that the booking did not have, so that it must be allowed anew. */
export function takesMore(present: Times, wanted: Times): boolean {
  return wanted.startsAt < present.startsAt || wanted.endsAt > present.endsAt;
}

/**
 * Who else may be let in: only into rooms, and no more than it holds, the owner included (S4.2).
 * @throws Problem 409 `invitees_rooms_only`, `room_full`, 422 `invitee_is_owner`
 */
export function requireRoomFor(
  inviteeIds: readonly string[],
  ownerId: string,
  resource: { readonly kind: string; readonly capacity: number },
): void {
  if (inviteeIds.length === 0) return;
  if (inviteeIds.includes(ownerId)) {
    throw unprocessable('invitee_is_owner', 'The owner is let in already.', 'Leave it out of the invitees.');
  }
  if (resource.kind !== 'room') {
    const detail = `People are invited to rooms, and this is of kind ${resource.kind}.`;
    throw conflict('invitees_rooms_only', detail, 'Choose a room, or leave the invitees out.');
  }
  if (inviteeIds.length + 1 > resource.capacity) {
    const detail = `The room holds ${resource.capacity}, the owner included.`;
    throw conflict('room_full', detail, 'Invite fewer people, or choose a larger room.');
  }
}

/**
 * The one day that a slot lies in, of the slot's zone: what a day pass pays for (S9.1).
 * @throws Problem 422 `day_pass_one_day`
 */
export function requireOneDay({ startsAt, endsAt, timeZone }: Slot): string {
  const day = dateAt(startsAt, timeZone);
  if (endsAt <= endOfDay(day, timeZone)) return day;
  throw unprocessable('day_pass_one_day', 'A day pass pays for one day.', 'End the booking by midnight.');
}
