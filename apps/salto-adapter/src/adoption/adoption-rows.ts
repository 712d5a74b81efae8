import type { AdoptionChoice } from '@latchkey/contracts';
import type { Queries } from '../database/queries.ts';

/** A membership of somebody whom Salto knows by its platform id. */
export interface GroupMember {
  readonly siteId: string;
  readonly groupId: string;
  readonly saltoUserId: string;
}

/**
 * Keeps what was decided. Decided again, the newer decision holds.
 * @param decidedBy null where access-service keeps that, with a finding of its checks
 */
export async function saveDecision(
  database: Queries,
  { siteId, groupId, saltoUserId }: GroupMember,
  decision: AdoptionChoice,
  decidedBy: string | null,
): Promise<void> {
  await database.query(
    `INSERT INTO adoption (site_id, group_id, platform_id, decision, decided_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (site_id, group_id, platform_id) DO UPDATE SET
       decision = excluded.decision, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
    [siteId, groupId, saltoUserId, decision, decidedBy],
  );
}

/** What was decided about a group's people, by platform id. */
export async function readDecisions(
  database: Queries,
  siteId: string,
  groupId: string,
): Promise<ReadonlyMap<string, AdoptionChoice>> {
  const rows = await database.query<{ id: string; decision: AdoptionChoice }>(
    'SELECT platform_id AS id, decision FROM adoption WHERE site_id = $1 AND group_id = $2',
    [siteId, groupId],
  );
  return new Map(rows.map(({ id, decision }) => [id, decision]));
}

/**
 * Forgets decisions about those who are gone: whoever comes back is decided about anew.
 * @param readAt when the look began that shows these people in the group, epoch ms of the database
 */
export async function forgetGone(
  database: Queries,
  siteId: string,
  groupId: string,
  look: { readonly readAt: number; readonly saltoUserIds: readonly string[] },
): Promise<void> {
  await database.query(
    `DELETE FROM adoption WHERE site_id = $1 AND group_id = $2 AND decided_at < to_timestamp($3::float8 / 1000)
       AND platform_id <> ALL($4::text[])`,
    [siteId, groupId, look.readAt, look.saltoUserIds],
  );
}
