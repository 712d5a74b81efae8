import type { EntityManager } from 'typeorm';
import { timestamp } from '../ledger/instants.ts';

/**
 * Which of these members have groups at rest at the site: the newest revision is confirmed and was verified before
 * `readAt`, none of their windows opened or closed since `quietSince`, and no change waits for its plan. Epoch ms. Of
 * whom a restored database does not know, nobody can tell before its facts were compared.
 */
export async function settledMembers(
  em: EntityManager,
  siteId: string,
  memberIds: readonly string[],
  { readAt, quietSince, now }: { readAt: number; quietSince: number; now: number },
): Promise<Set<string>> {
  const rows: { member_id: string }[] = await em.query(
    `SELECT wanted.member_id FROM unnest($2::uuid[]) AS wanted(member_id)
     LEFT JOIN pair ON pair.site_id = $1 AND pair.member_id = wanted.member_id
     WHERE (pair.member_id IS NULL AND (SELECT epoch FROM comparison) = (SELECT epoch FROM installation)
            OR pair.is_confirmed AND pair.forced_urgency IS NULL AND pair.epoch = (SELECT epoch FROM installation)
               AND coalesce(pair.verified_at < $3, true))
       AND NOT EXISTS (
         SELECT FROM grant_row
         LEFT JOIN entitlement ON entitlement.kind = entitlement_kind AND entitlement.id = entitlement_id
         WHERE grant_row.site_id = $1 AND grant_row.member_id = wanted.member_id
           AND (phase = 'revoking' OR due_at BETWEEN $4 AND $5 OR opens_at BETWEEN $4 AND $5
                OR closes_at BETWEEN $4 AND $5 OR changed_no > planned_no))`,
    [siteId, memberIds, timestamp(readAt), timestamp(quietSince), timestamp(now)],
  );
  return new Set(rows.map((row) => row.member_id));
}
