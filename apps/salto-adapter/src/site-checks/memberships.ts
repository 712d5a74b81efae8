import type { Queries } from '../database/queries.ts';

export interface LinkedMember {
  readonly memberId: string;
  readonly platformId: string;
  readonly isOurs: boolean;
  readonly isQuarantined: boolean;
  /** An administrator has decided to leave it as it is. */
  readonly isLeft: boolean;
}

/** The database's clock, epoch ms. */
export async function readClock(database: Queries): Promise<number> {
  const [row] = await database.query<{ now: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
  );
  return Math.floor(row?.now ?? Date.now());
}

/** The groups of a site in which a membership is ours, or one of our writes once got no answer. */
export async function ownGroups(database: Queries, siteId: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT group_id AS id FROM group_intent WHERE site_id = $1 AND NOT present_before
     UNION SELECT group_id FROM quarantine WHERE site_id = $1 ORDER BY 1`,
    [siteId],
  );
  return rows.map(({ id }) => id);
}

/** Who of these Salto users is a member of ours, and whose the membership in the group is. */
export function linkedMembers(
  database: Queries,
  siteId: string,
  groupId: string,
  platformIds: readonly string[],
): Promise<LinkedMember[]> {
  return database.query<LinkedMember>(
    `SELECT linked.member_id AS "memberId", linked.platform_id AS "platformId",
            coalesce(NOT present_before, false) AS "isOurs", unknown_at IS NOT NULL AS "isQuarantined",
            coalesce(adoption.decision = 'leave', false) AS "isLeft"
       FROM salto_user AS linked
       LEFT JOIN group_intent AS intent ON intent.site_id = linked.site_id AND intent.member_id = linked.member_id
        AND intent.group_id = $2
       LEFT JOIN quarantine ON quarantine.site_id = linked.site_id AND quarantine.member_id = linked.member_id
        AND quarantine.group_id = $2 AND unknown_at > now() - interval '24 hours'
       LEFT JOIN adoption ON adoption.site_id = linked.site_id AND adoption.group_id = $2
        AND adoption.platform_id = linked.platform_id
      WHERE linked.site_id = $1 AND linked.platform_id = ANY($3::text[])`,
    [siteId, groupId, platformIds],
  );
}
