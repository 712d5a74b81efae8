import { conflict } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import type { ResourceEntity } from '../resources/resource.entity.ts';

export interface Booker {
  readonly personId: string;
  /** The first day of the booking at the location: a plan counts if a subscription to it runs that day. */
  readonly day: string;
  readonly paysWithDayPass: boolean;
}

/**
 * Only those book a resource whom its administrator named, whoever types it in (S4.5).
 * @throws Problem 409 `resource_not_bookable`
 */
export async function requireBookable(em: EntityManager, resource: ResourceEntity, booker: Booker): Promise<void> {
  if (await isBookableBy(em, resource, booker)) return;
  const detail =
    resource.bookableBy.kind === 'nobody'
      ? `Resource ${resource.id} cannot be booked.`
      : `Resource ${resource.id} cannot be booked by person ${booker.personId}.`;
  throw conflict('resource_not_bookable', detail, 'Choose another resource, or have it made bookable.');
}

async function isBookableBy(
  em: EntityManager,
  { bookableBy }: ResourceEntity,
  { personId, day, paysWithDayPass }: Booker,
): Promise<boolean> {
  if (bookableBy.kind !== 'named') return bookableBy.kind === 'everyone';
  const { personIds, companyIds, planIds, withDayPass } = bookableBy;
  if (personIds.includes(personId) || (withDayPass && paysWithDayPass)) return true;
  return (await belongsToOneOf(em, companyIds, personId)) || (await isCoveredByOneOf(em, planIds, personId, day));
}

async function belongsToOneOf(em: EntityManager, companyIds: readonly string[], personId: string): Promise<boolean> {
  if (companyIds.length === 0) return false;
  const rows: unknown[] = await em.query(
    'SELECT FROM company WHERE id = ANY($1::uuid[]) AND $2::uuid = ANY (manager_ids || member_ids) LIMIT 1',
    [companyIds, personId],
  );
  return rows.length > 0;
}

async function isCoveredByOneOf(
  em: EntityManager,
  planIds: readonly string[],
  personId: string,
  day: string,
): Promise<boolean> {
  if (planIds.length === 0) return false;
  const rows: unknown[] = await em.query(
    `SELECT FROM subscription LEFT JOIN company ON company.id = subscription.company_id
     WHERE (subscription.person_id = $2::uuid OR $2::uuid = ANY (company.manager_ids || company.member_ids))
       AND subscription.cancelled_at IS NULL AND subscription.start_on <= $3::date
       AND COALESCE(LEAST(subscription.end_on, subscription.cancel_on) >= $3::date, true)
       AND EXISTS (SELECT FROM jsonb_array_elements(subscription.items) AS item WHERE item->>'planId' = ANY($1::text[]))
     LIMIT 1`,
    [planIds, personId, day],
  );
  return rows.length > 0;
}
