import { z } from 'zod';
import { bookingState } from '../billing/booking.ts';
import { uuid, wallTime } from '../values.ts';
import { aggregateBody, displayName, pageOf } from './common.ts';
import { email } from './person.ts';

/** RFC 3339 with any offset. */
const offsetInstant = z.iso.datetime({ offset: true });

/**
 * When: each edge as wall time of the location, or as an instant. Of a wall time that occurs twice a start takes the
 * earlier and an end the later instant; one that a clock change skips moves forward.
 */
const slot = {
  startsLocal: wallTime.optional(),
  startsAt: offsetInstant.optional(),
  endsLocal: wallTime.optional(),
  endsAt: offsetInstant.optional(),
};

interface SlotFields {
  startsLocal?: string | undefined;
  startsAt?: string | undefined;
  endsLocal?: string | undefined;
  endsAt?: string | undefined;
}

const edges = ({ startsLocal, startsAt, endsLocal, endsAt }: SlotFields) => [
  [startsLocal, startsAt].filter((edge) => edge !== undefined).length,
  [endsLocal, endsAt].filter((edge) => edge !== undefined).length,
];

const personIds = z
  .array(uuid)
  .max(999)
  .refine((ids) => new Set(ids).size === ids.length, 'names a person twice');

export const newBooking = z
  .strictObject({
    /** Follows from the resource; given, it must agree. */
    locationId: uuid.optional(),
    resourceId: uuid,
    ...slot,
    ownerId: uuid,
    /** People that the location knows; others are invited by name and e-mail, to the booking once it is made. */
    inviteeIds: personIds.default([]),
    /** The company that pays with one of its day passes. */
    dayPass: z.strictObject({ companyId: uuid }).optional(),
  })
  .refine((body) => edges(body)[0] === 1, { path: ['startsLocal'], error: 'needs either startsLocal or startsAt' })
  .refine((body) => edges(body)[1] === 1, { path: ['endsLocal'], error: 'needs either endsLocal or endsAt' })
  .meta({ id: 'NewBooking' });
export type NewBooking = z.infer<typeof newBooking>;

/** Moves, lengthens or shortens. On a resource of another location the wall time stays what it is. */
export const bookingEdit = z
  .strictObject({ resourceId: uuid.optional(), ...slot })
  .refine((body) => Object.keys(body).length > 0, 'nothing to change')
  .refine((body) => edges(body).every((given) => given <= 1), 'an edge is either wall time or an instant')
  .meta({ id: 'BookingEdit' });
export type BookingEdit = z.infer<typeof bookingEdit>;

/** Two bookings exchange their resources, or their times, in one step. */
export const bookingSwap = z
  .strictObject({
    withId: uuid,
    /** The version of the other booking that the caller has seen, as If-Match says of this one. */
    withVersion: z.int().min(1),
    exchange: z.enum(['resources', 'times']),
  })
  .meta({ id: 'BookingSwap' });
export type BookingSwap = z.infer<typeof bookingSwap>;

/** Somebody with a record here, or anybody by name and e-mail, who gets one unless the e-mail has one already. */
export const newInvitee = z
  .union([
    z.strictObject({ personId: uuid }),
    z.strictObject({ givenName: displayName, familyName: displayName, email }),
  ])
  .meta({ id: 'NewInvitee' });
export type NewInvitee = z.infer<typeof newInvitee>;

export const bookingBody = bookingState.extend(aggregateBody).meta({ id: 'Booking' });
export type BookingBody = z.infer<typeof bookingBody>;
export const bookingPage = pageOf(bookingBody, 'BookingPage');

export const swappedBookings = z.object({ booking: bookingBody, other: bookingBody }).meta({ id: 'SwappedBookings' });
export type SwappedBookings = z.infer<typeof swappedBookings>;
