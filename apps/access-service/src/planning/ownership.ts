import type { Pair, RevisionOutcome } from '@latchkey/access-workflows';
import type { EntityManager } from 'typeorm';
import { timestamp } from '../ledger/instants.ts';
import { columns } from '../ledger/pair-rows.ts';
import { pairKey } from '../ledger/pair-state.ts';
import { prepared } from '../ledger/prepared.ts';

/** Keeps which memberships the adapter confirmed to be ours, so that an adapter restored from a backup can ask. */
export async function recordOwnership(em: EntityManager, outcomes: readonly RevisionOutcome[]): Promise<void> {
  const confirmed = outcomes.flatMap(({ siteId, memberId, result }) =>
    result.kind === 'confirmed' ? result.groups.map((group) => ({ siteId, memberId, result, ...group })) : [],
  );
  const ours = confirmed.filter(({ isOurs, outcome }) => isOurs && outcome === 'present');
  // `blocked` does not tell: somebody may be in the group whose user cannot open anything.
  const notOurs = confirmed.filter((group) => !ours.includes(group) && !['pending', 'blocked'].includes(group.outcome));
  if (ours.length > 0) {
    await em.query(
      `INSERT INTO ownership (site_id, member_id, group_id, confirmed_at)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
       ON CONFLICT (site_id, member_id, group_id) DO UPDATE SET confirmed_at = excluded.confirmed_at`,
      [...columns(ours), ours.map(({ groupId }) => groupId), ours.map(({ result }) => timestamp(result.verifiedAt))],
    );
  }
  if (notOurs.length > 0) {
    await em.query(
      `DELETE FROM ownership USING unnest($1::uuid[], $2::uuid[], $3::text[]) AS gone(site_id, member_id, group_id)
       WHERE ownership.site_id = gone.site_id AND ownership.member_id = gone.member_id
         AND ownership.group_id = gone.group_id`,
      [...columns(notOurs), notOurs.map(({ groupId }) => groupId)],
    );
  }
}

/** The groups that are ours, by pair key. */
export function readOwnership(em: EntityManager, pairs: readonly Pair[]): Promise<Map<string, string[]>> {
  return readGroups(em, pairs, 'read-ownership', 'JOIN ownership USING (site_id, member_id)');
}

/** The groups that a check found left over, by pair key: `held` until an administrator decides, or `removing`. */
export function readLeftOver(
  em: EntityManager,
  pairs: readonly Pair[],
  action: 'held' | 'removing',
): Promise<Map<string, string[]>> {
  return readGroups(
    em,
    pairs,
    `read-${action}`,
    `JOIN drift_finding USING (site_id, member_id)
     WHERE resolved_at IS NULL AND kind = 'left_over' AND action = '${action}'`,
  );
}

async function readGroups(
  em: EntityManager,
  pairs: readonly Pair[],
  name: string,
  joined: string,
): Promise<Map<string, string[]>> {
  if (pairs.length === 0) return new Map();
  const rows = await prepared<{ site_id: string; member_id: string; group_ids: string[] }>(
    em,
    name,
    `SELECT site_id, member_id, array_agg(group_id) AS group_ids
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id) ${joined}
     GROUP BY site_id, member_id`,
    columns(pairs),
  );
  return new Map(
    rows.map((row) => [pairKey({ siteId: row.site_id, memberId: row.member_id }), row.group_ids] as const),
  );
}
