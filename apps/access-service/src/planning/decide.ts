import { compareRevisions, type Entitlement } from '@latchkey/access-domain';
import type { PlanRequest, RevisionOutcome } from '@latchkey/access-workflows';
import type { WantedOfEntitlement } from '../ledger/facts.ts';
import { isSameEntitlement, type GrantRecord, type StoredGrant } from '../ledger/grant-record.ts';
import { isConfirmed, pairKey, type PairState } from '../ledger/pair-state.ts';
import { refreshLedger } from '../ledger/refresh.ts';
import type { Sites } from '../ledger/sites.ts';
import { notePresent, settle } from './describe-grant.ts';
import { recordOutcome } from './record-outcome.ts';
import { patienceOf } from './removals.ts';
import { revise } from './revise.ts';

/** What was read under the locks of the pairs. */
export interface Situation {
  readonly pairs: readonly PairState[];
  readonly grants: readonly StoredGrant[];
  readonly wanted: readonly WantedOfEntitlement[];
  readonly sites: Sites;
  readonly epoch: number;
  /** The database was restored, and its facts have not been compared since. */
  readonly isHealing: boolean;
  /** The latest of the workflow's time and the database's clock, epoch ms. */
  readonly now: number;
}

export interface Decision {
  readonly pairs: readonly (PairState & { readonly causedBy?: Entitlement })[];
  readonly grants: readonly GrantRecord[];
}

/** The instant to decide for: a clock that is behind can never win a newer revision. */
export function decisionTime(pair: PairState, now: number): number {
  return Math.max(now, pair.decidedAt ?? now);
}

/** The whole decision, without a database: outcomes, refreshed rows, revisions, and what has become of each row. */
export function decide(
  { pairs, grants, wanted, sites, epoch, now }: Situation,
  { entitlement, outcomes, retryNow }: Pick<PlanRequest, 'entitlement' | 'outcomes' | 'retryNow'>,
): Decision {
  const before = Map.groupBy(grants, pairKey);
  const answers = Map.groupBy(outcomes, pairKey);
  const answered = pairs.map((pair) => answer(pair, answers.get(pairKey(pair)) ?? [], before, decisionTime(pair, now)));
  const noted = grants.map((grant) => note(grant, answers.get(pairKey(grant)) ?? [], pairs, now));

  const times = new Map(pairs.map((pair) => [pairKey(pair), decisionTime(pair, now)]));
  const refreshed = refreshLedger({ grants: noted, wanted, sites, nowOf: (key) => times.get(key) ?? now });
  const rows = Map.groupBy(refreshed, pairKey);

  const revised = answered.map((pair) => {
    if (sites.state(pair.siteId) === 'gone') return pair;
    const own = rows.get(pairKey(pair)) ?? [];
    const isRetried = retryNow && isConfirmed(pair) && own.some((row) => isBlocked(row, entitlement, pair));
    const next = revise(pair, own, { now: decisionTime(pair, now), epoch, isRetried });
    const retried = retryNow && !isConfirmed(next) ? { ...next, nextAttemptAt: null } : next;
    return compareRevisions(next.revision, pair.revision) === 0 ? retried : { ...retried, causedBy: entitlement };
  });
  return {
    pairs: revised,
    grants: revised.flatMap((pair) =>
      (rows.get(pairKey(pair)) ?? []).map((row) => settle(row, pair, decisionTime(pair, now))),
    ),
  };
}

function answer(
  pair: PairState,
  outcomes: readonly RevisionOutcome[],
  rows: ReadonlyMap<string, readonly GrantRecord[]>,
  now: number,
): PairState {
  const patience = patienceOf(pair, rows.get(pairKey(pair)) ?? [], now);
  return outcomes.reduce((state, outcome) => recordOutcome(state, outcome, now, patience), pair);
}

function note(
  grant: StoredGrant,
  outcomes: readonly RevisionOutcome[],
  pairs: readonly PairState[],
  now: number,
): StoredGrant {
  if (outcomes.length === 0) return grant;
  const pair = pairs.find((candidate) => pairKey(candidate) === pairKey(grant));
  return outcomes
    .filter(({ revision }) => pair !== undefined && compareRevisions(revision, pair.revision) === 0)
    .reduce((row, outcome) => notePresent(row, outcome, now), grant);
}

function isBlocked({ entitlement, grant }: GrantRecord, of: Entitlement, pair: PairState): boolean {
  return (
    isSameEntitlement(entitlement, of) &&
    grant.phase === 'open' &&
    (pair.held[grant.groupId] ?? pair.blocked[grant.groupId]) !== undefined
  );
}
