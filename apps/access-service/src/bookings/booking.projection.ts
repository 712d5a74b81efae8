import type { BookingState } from '@latchkey/contracts';
import type { HandledAs } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { saveState, saveTombstone } from '../facts/save-fact.ts';

/** Stores a booking with its people, unless this version or a newer one is known. */
export async function saveBooking(em: EntityManager, booking: BookingState, version: number): Promise<HandledAs> {
  const handled = await saveState(
    em,
    'booking',
    { id: booking.id, version },
    {
      location_id: booking.locationId,
      resource_id: booking.resourceId,
      owner_id: booking.ownerId,
      company_id: booking.companyId,
      starts_at: booking.startsAt,
      ends_at: booking.endsAt,
      cancelled_at: booking.cancelledAt,
      made_at: booking.madeAt,
    },
  );
  if (handled === undefined) await replacePeople(em, booking);
  return handled;
}

/** Leaves id and version of a booking. Whom it had let in is in the ledger, until that has ended. */
export async function saveDeletedBooking(
  em: EntityManager,
  of: { readonly id: string; readonly version: number },
  deletedAt: string,
): Promise<HandledAs> {
  const handled = await saveTombstone(em, 'booking', of, deletedAt);
  if (handled === undefined) await em.query('DELETE FROM booking_person WHERE booking_id = $1', [of.id]);
  return handled;
}

async function replacePeople(em: EntityManager, { id, ownerId, inviteeIds, endsAt }: BookingState): Promise<void> {
  await em.query('DELETE FROM booking_person WHERE booking_id = $1', [id]);
  await em.query(
    'INSERT INTO booking_person (booking_id, person_id, ends_at) SELECT DISTINCT $1::uuid, unnest($2::uuid[]), $3::timestamptz',
    [id, [ownerId, ...inviteeIds], endsAt],
  );
}
