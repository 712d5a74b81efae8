import type { PairSession } from '../access/pair-lock.ts';
import type { Sealer } from '../encryption/sealer.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';

export type LinkDecision = 'link' | 'refuse';

/** What an administrator is shown of a user to decide whose it is. Sealed at rest. */
export interface ShownUser {
  readonly alias: string | null;
  readonly email: string | null;
}

/** What a sealed text belongs to. */
export function shownIdentity(siteId: string, memberId: string): string {
  return `link_proposal/${siteId}/${memberId}/shown`;
}

/**
 * Proposes a user that others made as the member's. A decision holds for this very user only. Of a deleted person
 * nothing is proposed, lest its name stay.
 * @returns what an administrator has decided; null while nobody has
 */
export async function proposeLink(
  session: PairSession,
  sealer: Sealer,
  found: SiteUserAnswer,
): Promise<LinkDecision | null> {
  const { siteId, memberId } = session.pair;
  const shown: ShownUser = { alias: found.alias ?? null, email: found.user.email ?? null };
  const [row] = await session.query<{ decision: LinkDecision | null }>(
    `INSERT INTO link_proposal AS known (site_id, member_id, site_user_id, platform_id, shown, found_at)
     SELECT $1, member_id, $3, $4, $5, to_timestamp($6::float8 / 1000) FROM (
       SELECT member_id FROM person WHERE member_id = $2 AND NOT is_deleted FOR SHARE) AS living
     ON CONFLICT (site_id, member_id) DO UPDATE SET
       site_user_id = EXCLUDED.site_user_id, platform_id = EXCLUDED.platform_id, shown = EXCLUDED.shown,
       found_at = CASE WHEN known.site_user_id = EXCLUDED.site_user_id THEN known.found_at ELSE EXCLUDED.found_at END,
       decision = CASE WHEN known.site_user_id = EXCLUDED.site_user_id THEN known.decision END
     RETURNING decision`,
    [
      siteId,
      memberId,
      found.id,
      found.user.id,
      sealer.seal(JSON.stringify(shown), shownIdentity(siteId, memberId)),
      session.now(),
    ],
  );
  return row?.decision ?? null;
}

/** Whether the user is another member's already: then it is nobody else's, whatever anybody decides. */
export async function isTaken(session: PairSession, siteUserId: string): Promise<boolean> {
  const rows = await session.query(
    'SELECT 1 AS one FROM salto_user WHERE site_id = $1 AND member_id <> $2 AND site_user_id = $3',
    [session.pair.siteId, session.pair.memberId, siteUserId],
  );
  return rows.length > 0;
}
