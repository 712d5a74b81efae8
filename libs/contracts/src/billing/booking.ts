import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';
import { instant, timeZone, wallTime } from '../values.ts';

export const bookingState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  resourceId: z.uuid(),
  ownerId: z.uuid(),
  /** People invited to a room, the owner not among them. */
  inviteeIds: z.array(z.uuid()),
  startsAt: instant,
  endsAt: instant,
  /** What the person chose, kept so that a corrected zone can plan anew. */
  startsLocal: wallTime,
  endsLocal: wallTime,
  timeZone,
  madeAt: instant,
  cancelledAt: instant.nullable(),
  /** The company whose day pass pays for it, if one does. */
  companyId: z.uuid().nullable(),
});

export type BookingState = z.infer<typeof bookingState>;
export const bookingEvents = defineAggregate('billing', 'booking', topics.bookings, bookingState);
