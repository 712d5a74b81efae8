import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { timestamp } from '../ledger/instants.ts';

/** Facts as the projections keep them, written directly. All ids are new unless given. */
export async function addLocation(em: EntityManager, { graceMinutes = 30, timeZone = 'Europe/Paris' } = {}) {
  const [id, siteId] = [randomUUID(), randomUUID()];
  await em.query('INSERT INTO location (id, version, time_zone, grace_period_minutes) VALUES ($1, 1, $2, $3)', [
    id,
    timeZone,
    graceMinutes,
  ]);
  await em.query(
    `INSERT INTO connection (location_id, id, version, site_id, status) VALUES ($1, $1, 1, $2, 'connected')`,
    [id, siteId],
  );
  return { id, siteId };
}

export async function setConnection(em: EntityManager, locationId: string, status: string): Promise<void> {
  await em.query('UPDATE connection SET status = $2 WHERE location_id = $1', [locationId, status]);
}

export async function setGroups(
  em: EntityManager,
  kind: 'plan' | 'resource' | 'subscription_item',
  id: string,
  groupIds: readonly string[],
): Promise<void> {
  await em.query(
    'UPDATE access_setting SET valid_to = now() WHERE subject_kind = $1 AND subject_id = $2 AND valid_to IS NULL',
    [kind, id],
  );
  await em.query(
    'INSERT INTO access_setting (subject_kind, subject_id, group_ids, valid_from) VALUES ($1, $2, $3, now())',
    [kind, id, groupIds],
  );
}

export interface BookingFacts {
  readonly id: string;
  readonly locationId: string;
  readonly resourceId: string;
  readonly memberIds: readonly string[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly cancelledAt?: number | null;
  readonly madeAt?: number;
}

/** Makes a booking, or changes it to be so. */
export async function putBooking(em: EntityManager, booking: BookingFacts): Promise<void> {
  const { id, memberIds } = booking;
  await em.query(
    `INSERT INTO booking (id, version, location_id, resource_id, owner_id, starts_at, ends_at, cancelled_at, made_at)
     VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE SET version = booking.version + 1, starts_at = excluded.starts_at,
       ends_at = excluded.ends_at, cancelled_at = excluded.cancelled_at, resource_id = excluded.resource_id`,
    [
      id,
      booking.locationId,
      booking.resourceId,
      memberIds[0] ?? randomUUID(),
      timestamp(booking.startsAt),
      timestamp(booking.endsAt),
      timestamp(booking.cancelledAt ?? null),
      timestamp(booking.madeAt ?? Date.now()),
    ],
  );
  await em.query('DELETE FROM booking_person WHERE booking_id = $1', [id]);
  await em.query('INSERT INTO booking_person (booking_id, person_id, ends_at) SELECT $1, unnest($2::uuid[]), $3', [
    id,
    memberIds,
    timestamp(booking.endsAt),
  ]);
}

export interface SubscriptionFacts {
  readonly id: string;
  readonly itemId: string;
  readonly locationId: string;
  readonly personId?: string;
  readonly companyId?: string;
  readonly groupIds: readonly string[];
  readonly startOn: string;
  readonly lastDayOn?: string | null;
  readonly cancelledAt?: number | null;
  readonly replacedById?: string | null;
}

/** Makes a subscription with one item, or changes it to be so. */
export async function putSubscription(em: EntityManager, subscription: SubscriptionFacts): Promise<void> {
  const { id, itemId, locationId, personId = null, companyId = null, groupIds, startOn } = subscription;
  const { lastDayOn = null, cancelledAt = null, replacedById = null } = subscription;
  await em.query(
    `INSERT INTO subscription (id, version, location_id, person_id, company_id, start_on, last_day_on, cancelled_at,
       made_at, replaced_by_id)
     VALUES ($1, 1, $2, $3, $4, $5, $6, $7, now(), $8)
     ON CONFLICT (id) DO UPDATE SET version = subscription.version + 1, start_on = excluded.start_on,
       last_day_on = excluded.last_day_on, cancelled_at = excluded.cancelled_at, replaced_by_id = excluded.replaced_by_id`,
    [id, locationId, personId, companyId, startOn, lastDayOn, timestamp(cancelledAt), replacedById],
  );
  await em.query(
    `INSERT INTO subscription_item (id, subscription_id, plan_id, copied_group_ids) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO NOTHING`,
    [itemId, id, randomUUID(), groupIds],
  );
}
