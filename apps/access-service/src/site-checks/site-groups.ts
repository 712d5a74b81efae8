import type { GroupLook, PlannedLook } from '@latchkey/access-workflows';
import type { EntityManager } from 'typeorm';
import { timestamp } from '../ledger/instants.ts';

const LINT_AGAIN_AFTER = '1 hour';

/** Every group that a setting, a grant or a confirmed membership of the site names. */
const IN_USE = `
  SELECT unnest(group_ids) AS group_id FROM access_setting AS setting
  LEFT JOIN plan ON subject_kind = 'plan' AND plan.id = subject_id
  LEFT JOIN resource ON subject_kind = 'resource' AND resource.id = subject_id
  LEFT JOIN subscription_item AS item ON subject_kind = 'subscription_item' AND item.id = subject_id
  LEFT JOIN subscription ON subscription.id = item.subscription_id
  JOIN connection ON connection.location_id = coalesce(plan.location_id, resource.location_id, subscription.location_id)
  WHERE setting.valid_to IS NULL AND connection.site_id = $1 AND connection.deleted_at IS NULL
    AND num_nonnulls(plan.deleted_at, resource.deleted_at, subscription.deleted_at) = 0
  UNION SELECT group_id FROM grant_row WHERE site_id = $1 AND phase IN ('open', 'revoking')
  UNION SELECT group_id FROM ownership WHERE site_id = $1`;

/** The groups in use at a site, with their schedules and locks once an hour. */
export async function plannedLooks(em: EntityManager, siteId: string): Promise<PlannedLook[]> {
  return em.query(
    `SELECT used.group_id AS "groupId", coalesce(linted_at < now() - interval '${LINT_AGAIN_AFTER}', true) AS "withLint"
     FROM (${IN_USE}) AS used LEFT JOIN site_group ON site_group.site_id = $1 AND site_group.group_id = used.group_id
     ORDER BY 1`,
    [siteId],
  );
}

/** Keeps what the looks showed of the groups as such. */
export async function saveGroups(em: EntityManager, siteId: string, looks: readonly GroupLook[]): Promise<void> {
  const rows = looks.map(({ groupId, readAt, exists, foreignUserIds, lint }) => ({
    group_id: groupId,
    seen_at: timestamp(readAt),
    is_missing: !exists,
    foreign_count: foreignUserIds.length,
    lint: lint ?? null,
  }));
  await em.query(
    `INSERT INTO site_group AS known (site_id, group_id, seen_at, is_missing, foreign_count, lint, linted_at)
     SELECT $1, group_id, seen_at, is_missing, foreign_count, coalesce(lint, '{}'), CASE WHEN lint IS NOT NULL THEN seen_at END
     FROM jsonb_to_recordset($2) AS seen(group_id text, seen_at timestamptz, is_missing boolean, foreign_count int, lint text[])
     ON CONFLICT (site_id, group_id) DO UPDATE SET
       seen_at = excluded.seen_at, is_missing = excluded.is_missing, foreign_count = excluded.foreign_count,
       lint = CASE WHEN excluded.linted_at IS NULL THEN known.lint ELSE excluded.lint END,
       linted_at = coalesce(excluded.linted_at, known.linted_at)`,
    [siteId, JSON.stringify(rows)],
  );
}
