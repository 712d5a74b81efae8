import type { DriftKind } from '@latchkey/access-domain';
import type { EntityManager } from 'typeorm';
import { timestamp } from '../ledger/instants.ts';

/** What was done about a finding, or is being done. */
export type DriftAction = 'put_back' | 'blocked' | 'removing' | 'held' | 'adopting' | 'leaving' | 'reported';

/** A difference that was found: of a member of ours, or of a Salto user who is none. */
export interface DriftFinding {
  readonly id: string;
  readonly groupId: string;
  readonly memberId: string | null;
  readonly saltoUserId: string | null;
  readonly kind: DriftKind;
  readonly action: DriftAction;
}

export type NewFinding = Omit<DriftFinding, 'id'>;

/** One finding per group, person and kind is open at a time. */
export function findingKey({ groupId, memberId, saltoUserId, kind }: Omit<NewFinding, 'action'>): string {
  return `${groupId}/${kind}/${memberId ?? saltoUserId}`;
}

export const findingColumns = `id, group_id AS "groupId", member_id AS "memberId", salto_user_id AS "saltoUserId", kind, action`;

export async function readOpenFindings(em: EntityManager, siteId: string): Promise<DriftFinding[]> {
  return em.query(`SELECT ${findingColumns} FROM drift_finding WHERE site_id = $1 AND resolved_at IS NULL`, [siteId]);
}

/**
 * Stores what was found now: new ones, and what is done about known ones. What a person has decided stands, also if that
 * was while the check was judging.
 */
export async function saveFindings(
  em: EntityManager,
  siteId: string,
  findings: readonly NewFinding[],
  now: number,
): Promise<void> {
  if (findings.length === 0) return;
  await em.query(
    `INSERT INTO drift_finding (site_id, group_id, member_id, salto_user_id, kind, action, found_at, seen_at)
     SELECT $1, "groupId", "memberId", "saltoUserId", kind, action, $3, $3
     FROM jsonb_to_recordset($2) AS found("groupId" text, "memberId" uuid, "saltoUserId" text, kind text, action text)
     ON CONFLICT (site_id, group_id, kind, coalesce(member_id::text, salto_user_id)) WHERE resolved_at IS NULL
     DO UPDATE SET seen_at = excluded.seen_at, action = CASE
       WHEN drift_finding.action IN ('adopting', 'leaving', 'removing') THEN drift_finding.action
       ELSE excluded.action END`,
    [siteId, JSON.stringify(findings), timestamp(now)],
  );
}

export async function resolveFindings(em: EntityManager, ids: readonly string[], now: number): Promise<void> {
  await em.query('UPDATE drift_finding SET resolved_at = $2 WHERE id = ANY($1::uuid[])', [ids, timestamp(now)]);
}

/**
 * Memberships that were put back before, while the member was entitled to the group all the time: who is taken out of it
 * again is a person's decision.
 */
export async function putBackBefore(
  em: EntityManager,
  siteId: string,
  memberIds: readonly string[],
): Promise<Set<string>> {
  const rows: { member_id: string; group_id: string }[] = await em.query(
    `SELECT member_id, group_id FROM drift_finding AS finding
     WHERE site_id = $1 AND member_id = ANY($2::uuid[]) AND kind = 'missing'
       AND found_at >= (SELECT min(opens_at) FROM grant_row
                        WHERE grant_row.site_id = $1 AND grant_row.member_id = finding.member_id
                          AND grant_row.group_id = finding.group_id AND phase = 'open')`,
    [siteId, memberIds],
  );
  return new Set(rows.map((row) => `${row.member_id}/${row.group_id}`));
}
