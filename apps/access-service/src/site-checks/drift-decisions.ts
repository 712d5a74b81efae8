import type { DriftDecision, DriftDecisionAnswer } from '@latchkey/contracts';
import { timestamp } from '../ledger/instants.ts';
import type { EntityManager } from 'typeorm';
import { lockPairs, savePairs } from '../ledger/pair-rows.ts';
import type { Wakeups } from '../ledger/wakeups.ts';
import { causesOf } from './causes.ts';
import { findingColumns, type DriftAction, type DriftFinding } from './drift-findings.ts';

/** What each decision does, and about what it may be made. */
const DECISIONS: Readonly<Record<DriftDecision, { to: DriftAction; isFor: (finding: DriftFinding) => boolean }>> = {
  put_back: { to: 'put_back', isFor: ({ kind, action }) => kind === 'missing' && action === 'blocked' },
  remove: { to: 'removing', isFor: ({ kind, action }) => kind === 'left_over' && action === 'held' },
  adopt: { to: 'adopting', isFor: ({ kind, action }) => kind !== 'missing' && action === 'reported' },
  leave: {
    to: 'leaving',
    isFor: ({ kind, action }) => action === 'held' || (kind === 'unexplained' && action === 'reported'),
  },
};

/** What may be decided about a finding now. Somebody who is no member has to be linked to one first. */
export function decisionsFor(finding: DriftFinding & { readonly isResolved: boolean }): DriftDecision[] {
  if (finding.isResolved || finding.memberId === null) return [];
  return (Object.keys(DECISIONS) as DriftDecision[]).filter((decision) => DECISIONS[decision].isFor(finding));
}

export interface Decision {
  readonly siteId: string;
  readonly decision: DriftDecision;
  readonly findingIds: readonly string[];
  readonly decidedBy: string;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Makes a person's decision about findings of a site, in the transaction given. What changes at Salto takes a revision;
 * whose a membership is, the adapter is told by the next check.
 */
export async function decideFindings(
  em: EntityManager,
  wakeups: Wakeups,
  decision: Decision,
): Promise<DriftDecisionAnswer> {
  const { siteId, findingIds, decidedBy, now } = decision;
  const { to, isFor } = DECISIONS[decision.decision];
  const open: DriftFinding[] = await em.query(
    `SELECT ${findingColumns} FROM drift_finding
     WHERE site_id = $1 AND id = ANY($2::uuid[]) AND resolved_at IS NULL AND member_id IS NOT NULL`,
    [siteId, findingIds],
  );
  const meant = open.filter(isFor);
  const members = meant.flatMap(({ memberId }) => (memberId === null ? [] : [{ siteId, memberId }]));
  // Pairs before findings, as the check does it. Those without a pair yet share a workflow.
  const pairs = await lockPairs(em, members, { kind: 'manual', id: members[0]?.memberId ?? siteId });
  const [rows]: [{ id: string }[], number] = await em.query(
    `UPDATE drift_finding SET action = $3, decided_by = $4, decided_at = $5
     FROM jsonb_to_recordset($2) AS meant(id uuid, action text)
     WHERE drift_finding.id = meant.id AND drift_finding.site_id = $1 AND drift_finding.resolved_at IS NULL
       AND drift_finding.action = meant.action
     RETURNING drift_finding.id`,
    [siteId, JSON.stringify(meant), to, decidedBy, timestamp(now)],
  );
  const decided = rows.map(({ id }) => id);
  if (to === 'put_back' || to === 'removing') {
    const concerned = meant.filter(({ id }) => decided.includes(id));
    const forced = pairs
      .filter(({ memberId }) => concerned.some((finding) => finding.memberId === memberId))
      .map((pair) => {
        const groups = new Set(
          concerned.filter(({ memberId }) => memberId === pair.memberId).map(({ groupId }) => groupId),
        );
        const held = Object.fromEntries(Object.entries(pair.held).filter(([groupId]) => !groups.has(groupId)));
        return { ...pair, held, forcedUrgency: 1 as const };
      });
    if (to === 'removing') await revokeLeftOpen(em, siteId, concerned, now);
    await savePairs(em, forced);
    await wakeups.write(em, await causesOf(em, forced), {
      signal: 'changed',
      cause: `a finding at site ${siteId} was decided`,
    });
  }
  return { decided, refused: findingIds.filter((id) => !decided.includes(id)) };
}

/** What a disconnect left open is revoked like any other grant from now on. */
async function revokeLeftOpen(
  em: EntityManager,
  siteId: string,
  findings: readonly DriftFinding[],
  now: number,
): Promise<void> {
  await em.query(
    `UPDATE grant_row SET phase = 'revoking', due_at = $3, due_by = 'change', version = version + 1
     FROM jsonb_to_recordset($2) AS ended("memberId" uuid, "groupId" text)
     WHERE site_id = $1 AND member_id = ended."memberId" AND group_id = ended."groupId" AND phase = 'left_open'`,
    [siteId, JSON.stringify(findings), timestamp(now)],
  );
}
