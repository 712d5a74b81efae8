import { forbidden, mayAdminister, notFound, type Caller } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { selfOf } from '../callers/visibility.ts';
import type { CompanyEntity } from '../companies/company.entity.ts';
import type { BookingEntity } from './booking.entity.ts';

/**
 * Members book for themselves, administrators for anybody, managers for whom their company pays (S4.7, S9.4).
 * @param company whose day pass is to pay
 * @throws Problem 403 `booking_for_others`
 */
export function requireMayBookFor(
  caller: Caller,
  locationId: string,
  ownerId: string,
  company: CompanyEntity | undefined,
): void {
  const self = selfOf(caller);
  if (mayAdminister(caller, locationId) || self === ownerId) return;
  if (self !== undefined && company?.managerIds.includes(self)) return;
  const detail = "A member books for itself; a company's manager also for others of the company, with its day passes.";
  throw forbidden('booking_for_others', detail, 'Ask an administrator of your location.');
}

/**
 * The owner, administrators of the location, and managers of the company that pays change a booking.
 * @throws Problem 404 `booking_not_found` to strangers, 403 `booking_not_yours` to invitees
 */
export async function requireMayChange(em: EntityManager, caller: Caller, booking: BookingEntity): Promise<void> {
  if (await mayChange(em, caller, booking)) return;
  if (!isInvitee(caller, booking)) throw notFound('booking', booking.id);
  throw forbidden('booking_not_yours', 'You are invited to this booking.', 'Ask its owner to change it, or leave it.');
}

/** Whether the caller may see a booking: who may change it, and its invitees. */
export async function isVisibleTo(em: EntityManager, caller: Caller, booking: BookingEntity): Promise<boolean> {
  return isInvitee(caller, booking) || mayChange(em, caller, booking);
}

async function mayChange(em: EntityManager, caller: Caller, booking: BookingEntity): Promise<boolean> {
  if (mayAdminister(caller, booking.locationId)) return true;
  const self = selfOf(caller);
  if (self === undefined) return false;
  if (self === booking.ownerId) return true;
  if (booking.companyId === null) return false;
  const rows: unknown[] = await em.query('SELECT FROM company WHERE id = $1 AND $2::uuid = ANY (manager_ids)', [
    booking.companyId,
    self,
  ]);
  return rows.length > 0;
}

function isInvitee(caller: Caller, { inviteeIds }: BookingEntity): boolean {
  return inviteeIds.includes(selfOf(caller) ?? '');
}
