import { bookingWindow, subscriptionWindow, type Entitlement, type WantedGrant } from '@latchkey/access-domain';
import { endOfDay, startOfDay } from '@latchkey/access-domain/time-zone';
import type { Pair } from '@latchkey/access-workflows';
import { together } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { epochMs, timestamp } from './instants.ts';
import { columns } from './pair-rows.ts';
import { prepared } from './prepared.ts';

/** What one entitlement gives one member at a site, as the facts are now. */
export interface WantedOfEntitlement extends Pair {
  readonly entitlement: Entitlement;
  readonly locationId: string;
  readonly grants: readonly WantedGrant[];
}

const MINUTE_MS = 60_000;

/**
 * What all entitlements give these members at these sites. Bookings that were over before `since` (epoch ms, at least
 * the longest grace period ago) are left out: they want nothing any more.
 */
export async function readWanted(
  em: EntityManager,
  pairs: readonly Pair[],
  since: number,
): Promise<WantedOfEntitlement[]> {
  const both = await together(wantedByBookings(em, pairs, since), wantedBySubscriptions(em, pairs));
  return both.flat();
}

interface BookingRow {
  site_id: string;
  member_id: string;
  id: string;
  location_id: string;
  starts_at: Date;
  ends_at: Date;
  cancelled_at: Date | null;
  grace_period_minutes: number;
  group_ids: string[];
}

/** A booking has the groups that its resource has now (S2.3). */
async function wantedByBookings(em: EntityManager, pairs: readonly Pair[], since: number) {
  const rows = await prepared<BookingRow>(
    em,
    'wanted-by-bookings',
    `SELECT wanted.site_id, wanted.member_id, booking.id, booking.location_id, booking.starts_at, booking.ends_at,
            booking.cancelled_at, location.grace_period_minutes, setting.group_ids
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id)
     JOIN booking_person ON booking_person.person_id = wanted.member_id AND booking_person.ends_at > $3
     JOIN booking ON booking.id = booking_person.booking_id AND booking.deleted_at IS NULL
     JOIN connection ON connection.location_id = booking.location_id AND connection.site_id = wanted.site_id
      AND connection.deleted_at IS NULL AND connection.status NOT IN ('disconnecting', 'disconnected')
     JOIN location ON location.id = booking.location_id AND location.deleted_at IS NULL
     JOIN access_setting AS setting ON setting.subject_kind = 'resource' AND setting.subject_id = booking.resource_id
      AND setting.valid_to IS NULL`,
    [...columns(pairs), timestamp(since)],
  );
  return rows.map((row) => {
    const booking = {
      startsAt: epochMs(row.starts_at),
      endsAt: epochMs(row.ends_at),
      cancelledAt: epochMs(row.cancelled_at),
    };
    return wanted('booking', row, bookingWindow(booking, row.grace_period_minutes * MINUTE_MS));
  });
}

interface SubscriptionRow {
  site_id: string;
  member_id: string;
  id: string;
  location_id: string;
  start_on: string;
  last_day_on: string | null;
  cancelled_at: Date | null;
  awaits_replacement: boolean;
  time_zone: string;
  group_ids: string[];
}

/** A subscription's item has the groups that were set on it, else those copied when the subscription was made (S2.2). */
async function wantedBySubscriptions(em: EntityManager, pairs: readonly Pair[]) {
  const rows = await prepared<SubscriptionRow>(
    em,
    'wanted-by-subscriptions',
    `SELECT wanted.site_id, wanted.member_id, subscription.id, subscription.location_id,
            subscription.start_on::text, subscription.last_day_on::text, subscription.cancelled_at,
            subscription.replaced_by_id IS NOT NULL AND NOT EXISTS (
              SELECT FROM subscription AS new WHERE new.id = subscription.replaced_by_id) AS awaits_replacement,
            location.time_zone,
            ARRAY(SELECT DISTINCT unnest(coalesce(setting.group_ids, item.copied_group_ids))
                  FROM subscription_item AS item
                  LEFT JOIN access_setting AS setting ON setting.subject_kind = 'subscription_item'
                   AND setting.subject_id = item.id AND setting.valid_to IS NULL
                  WHERE item.subscription_id = subscription.id) AS group_ids
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id)
     CROSS JOIN LATERAL (
       SELECT * FROM subscription WHERE person_id = wanted.member_id
       UNION ALL
       SELECT subscription.* FROM company_person JOIN subscription USING (company_id)
       WHERE company_person.person_id = wanted.member_id
     ) AS subscription
     JOIN connection ON connection.location_id = subscription.location_id AND connection.site_id = wanted.site_id
      AND connection.deleted_at IS NULL AND connection.status NOT IN ('disconnecting', 'disconnected')
     JOIN location ON location.id = subscription.location_id AND location.deleted_at IS NULL
     WHERE subscription.deleted_at IS NULL`,
    columns(pairs),
  );
  return rows.map((row) => {
    const period = {
      startsAt: startOfDay(row.start_on, row.time_zone),
      endsAt: row.last_day_on === null ? null : endOfDay(row.last_day_on, row.time_zone),
      cancelledAt: epochMs(row.cancelled_at),
      awaitsReplacement: row.awaits_replacement,
    };
    return wanted('subscription', row, subscriptionWindow(period));
  });
}

function wanted(
  kind: Entitlement['kind'],
  row: BookingRow | SubscriptionRow,
  window: ReturnType<typeof bookingWindow>,
): WantedOfEntitlement {
  return {
    siteId: row.site_id,
    memberId: row.member_id,
    entitlement: { kind, id: row.id },
    locationId: row.location_id,
    grants: window === null ? [] : [...new Set(row.group_ids)].map((groupId) => ({ groupId, ...window })),
  };
}
