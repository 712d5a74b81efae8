import { uuid } from '@latchkey/contracts';
import { pageQuery, type Caller, type Page } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { listAggregates } from '../aggregates/aggregate-list.ts';
import { administeredBy, selfOf } from '../callers/visibility.ts';
import { BookingEntity } from './booking.entity.ts';
import { conditionsOf } from './booking.repository.ts';

const offsetInstant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const bookingsQuery = pageQuery.extend({
  locationId: uuid.optional(),
  resourceId: uuid.optional(),
  ownerId: uuid.optional(),
  inviteeId: uuid.optional(),
  companyId: uuid.optional(),
  /** Those that are not over at this instant. */
  endsAfter: offsetInstant.optional(),
  /** Those that have begun by this instant. */
  startsBefore: offsetInstant.optional(),
  isCancelled: z.stringbool().optional(),
});
export type BookingsQuery = z.output<typeof bookingsQuery>;

const MANAGED = `booking.companyId IN (SELECT id FROM company WHERE manager_ids @> ARRAY[:self]::uuid[])`;

/** Bookings that the caller owns or is invited to, that companies it manages pay for, and at locations it administers. */
export function listBookings(
  em: EntityManager,
  { limit, cursor, endsAfter, startsBefore, isCancelled, ...filter }: BookingsQuery,
  caller: Caller,
): Promise<Page<BookingEntity>> {
  return listAggregates(em, BookingEntity, { limit, cursor }, (bookings) => {
    const administered = administeredBy(caller);
    if (administered !== '*') {
      const isOwn = 'booking.ownerId = :self OR booking.inviteeIds @> ARRAY[:self]::uuid[]';
      bookings.andWhere(`(${isOwn} OR booking.locationId = ANY(:administered) OR ${MANAGED})`, {
        administered,
        self: selfOf(caller) ?? null,
      });
    }
    for (const [condition, values] of conditionsOf(filter)) bookings.andWhere(condition, values);
    if (endsAfter !== undefined) bookings.andWhere('booking.endsAt > :endsAfter', { endsAfter });
    if (startsBefore !== undefined) bookings.andWhere('booking.startsAt < :startsBefore', { startsBefore });
    if (isCancelled !== undefined) bookings.andWhere(`booking.cancelledAt IS ${isCancelled ? 'NOT NULL' : 'NULL'}`);
  });
}
