/**
 * Which entitlements a change concerns, as SQL; `changed` is the placeholder of the changed aggregate's id, `$4`. What was
 * over days ago has no access left to change, but for rows that are still open.
 */
const isRecent = `(ends_at > now() - interval '1 day')`;

const stillOpen = (where: string) => `
  SELECT entitlement_kind, entitlement_id FROM grant_row WHERE ${where} AND phase IN ('open', 'revoking', 'left_open')`;

/** Bookings alone have their resource's present groups; rentals keep what they copied (S2.3). */
export const affectedByResource = (changed: string) => `
  SELECT 'booking' AS kind, id FROM booking WHERE resource_id = ${changed} AND ${isRecent}`;

export const affectedByItem = (changed: string) => `
  SELECT 'subscription' AS kind, subscription_id AS id FROM subscription_item WHERE id = ${changed}`;

export const affectedByItems = (changed: string) => `
  SELECT 'subscription' AS kind, subscription_id AS id FROM subscription_item WHERE id = ANY(${changed}::uuid[])`;

/** Of a location's zone, grace period or connection. */
export const affectedByLocation = (changed: string) => `
  SELECT 'booking' AS kind, id FROM booking WHERE location_id = ${changed} AND ${isRecent}
  UNION SELECT 'subscription', id FROM subscription WHERE location_id = ${changed}
    AND (last_day_on IS NULL OR last_day_on > now()::date - 3)
    AND (cancelled_at IS NULL OR cancelled_at > now() - interval '1 day')
  UNION ${stillOpen(`location_id = ${changed}`)}`;
