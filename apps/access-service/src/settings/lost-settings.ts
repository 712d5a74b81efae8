import type { SettingsCheckAnswer } from '@latchkey/contracts';
import type { EntityManager } from 'typeorm';

/**
 * The settings of a location that name groups which are not among these: after it was connected to another site, or
 * groups were deleted in Salto. An item's own choice counts before what it copied; what is over no longer counts.
 */
export function lostSettings(
  em: EntityManager,
  locationId: string,
  groupIds: readonly string[],
): Promise<SettingsCheckAnswer['items']> {
  return em.query(
    `SELECT kind, id, subscription_id AS "subscriptionId", missing AS "missingGroupIds"
     FROM (
       SELECT 'plan' AS kind, plan.id, NULL::uuid AS subscription_id, chosen.group_ids
         FROM plan JOIN access_setting AS chosen ON subject_kind = 'plan' AND subject_id = plan.id AND valid_to IS NULL
        WHERE location_id = $1 AND deleted_at IS NULL
       UNION ALL
       SELECT 'resource', resource.id, NULL, chosen.group_ids
         FROM resource
         JOIN access_setting AS chosen ON subject_kind = 'resource' AND subject_id = resource.id AND valid_to IS NULL
        WHERE location_id = $1 AND deleted_at IS NULL
       UNION ALL
       SELECT 'subscription_item', item.id, subscription_id, coalesce(chosen.group_ids, copied_group_ids)
         FROM subscription JOIN subscription_item AS item ON subscription_id = subscription.id
         LEFT JOIN access_setting AS chosen
           ON subject_kind = 'subscription_item' AND subject_id = item.id AND valid_to IS NULL
        WHERE location_id = $1 AND deleted_at IS NULL AND (last_day_on IS NULL OR last_day_on >= now()::date - 1)
          AND (cancelled_at IS NULL OR cancelled_at > now())
     ) AS setting
     CROSS JOIN LATERAL (
       SELECT array_agg(named ORDER BY named) AS missing FROM unnest(group_ids) AS named WHERE named <> ALL ($2::text[])
     ) AS lost
     WHERE missing IS NOT NULL ORDER BY kind, id`,
    [locationId, groupIds],
  );
}
