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
  readonly isRetried: boolean;
}

/**
 * The pair after this decision. Each change of the desired groups or of an `until` takes the next revision (with the old
 * `until` an attempt could answer `expired` for what is wanted longer by now), and so does each pair of a new epoch.
 * @param grants the pair's rows, refreshed at `now`
 */
export function revise(
  pair: PairState,
  grants: readonly GrantRecord[],
  { now, epoch, isRetried }: Decision,
): PairState {
  const windows = grants.filter(({ grant }) => grant.phase !== 'left_open').map(({ grant }) => grant);
  const entitled = desiredGroups(windows, now);
  const held = isRetried ? {} : heldOf(pair, entitled);
  const desired = entitled.filter(({ id }) => held[id] === undefined);
  const isNew =
    isRetried ||
    pair.forcedUrgency !== null ||
    pair.revision.epoch !== epoch ||
    !isDeepStrictEqual(desired, pair.desired);
  if (!isNew) return { ...pair, held, decidedAt: now };
  return {
    ...pair,
    decidedAt: now,
    desired,
    held,
    forcedUrgency: null,
    removing: removing(pair, desired),
    revision: { epoch, n: pair.revision.n + 1 },
    // Until one is confirmed nobody knows that what was blocked has been tried.
    isRetried: isRetried || (pair.isRetried && !isConfirmed(pair)),
    urgency: isRetried ? 1 : (pair.forcedUrgency ?? urgencyOf(pair.desired, desired, grants)),
    attempts: 0,
    failure: null,
    nextAttemptAt: null,
  };
}

/** A hold ends with what entitled to the group: whoever is entitled anew is granted anew. */
function heldOf(pair: PairState, entitled: readonly DesiredGroup[]): PairState['held'] {
  return Object.fromEntries(Object.entries(pair.held).filter(([groupId]) => entitled.some(({ id }) => id === groupId)));
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
