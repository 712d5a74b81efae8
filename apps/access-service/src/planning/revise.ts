import { desiredGroups, type DesiredGroup } from '@latchkey/access-domain';
import type { Urgency } from '@latchkey/access-workflows';
import { isDeepStrictEqual } from 'node:util';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { isConfirmed, type PairState } from '../ledger/pair-state.ts';

export interface Decision {
  /** Epoch ms: the latest of the workflow's time, the database's clock, and the pair's last decision. */
  readonly now: number;
  readonly epoch: number;
  /** Take a revision although nothing has changed: somebody wants what is blocked to be tried again. */
  readonly isForced: boolean;
}

/**
 * The pair after this decision. Each change of the desired groups or of an `until` takes the next revision (with the old
 * `until` an attempt could answer `expired` for what is wanted longer by now), and so does each pair of a new epoch.
 * @param grants the pair's rows, refreshed at `now`
 */
export function revise(pair: PairState, grants: readonly GrantRecord[], { now, epoch, isForced }: Decision): PairState {
  const windows = grants.filter(({ grant }) => grant.phase !== 'left_open').map(({ grant }) => grant);
  const desired = desiredGroups(windows, now);
  const isNew = isForced || pair.revision.epoch !== epoch || !isDeepStrictEqual(desired, pair.desired);
  if (!isNew) return { ...pair, decidedAt: now };
  return {
    ...pair,
    decidedAt: now,
    desired,
    removing: removing(pair, desired),
    revision: { epoch, n: pair.revision.n + 1 },
    urgency: isForced ? 1 : urgencyOf(pair.desired, desired, grants),
    attempts: 0,
    failure: null,
    nextAttemptAt: null,
  };
}

function removing(pair: PairState, desired: readonly DesiredGroup[]): string[] {
  const unconfirmed = isConfirmed(pair) ? [] : pair.removing;
  const ids = new Set([...unconfirmed, ...pair.desired.map(({ id }) => id)]);
  for (const { id } of desired) ids.delete(id);
  return [...ids].sort();
}

/** What somebody changed just now goes before what was planned; among that, removals before additions. */
function urgencyOf(
  before: readonly DesiredGroup[],
  after: readonly DesiredGroup[],
  grants: readonly GrantRecord[],
): Urgency {
  const isIn = (groups: readonly DesiredGroup[], id: string) => groups.some((group) => group.id === id);
  const added = after.filter(({ id }) => !isIn(before, id));
  const removed = before.filter(({ id }) => !isIn(after, id));
  const moved = new Set([...added, ...removed].map(({ id }) => id));
  const isByHand = grants.some(
    ({ grant }) => moved.has(grant.groupId) && grant.dueBy === 'change' && isUnsettled(grant),
  );
  if (isByHand) return 1;
  return removed.length > 0 ? 2 : 3;
}

function isUnsettled({ phase, grantedAt }: GrantRecord['grant']): boolean {
  return phase === 'revoking' || (phase === 'open' && grantedAt === null);
}
