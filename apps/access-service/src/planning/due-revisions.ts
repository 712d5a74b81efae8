import type { DueRevision } from '@latchkey/access-workflows';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { isConfirmed, pairKey, type PairState } from '../ledger/pair-state.ts';
import type { Sites } from '../ledger/sites.ts';
import { removalsOf } from './removals.ts';

/** As many people as one plan sends: more would starve other workflows of the adapter's slots. */
const BATCH = 25;

/** Whether the pair's newest revision is one that the workflow must see confirmed before it may end. */
export function isUnfinished(pair: PairState, sites: Sites): boolean {
  return !isConfirmed(pair) && sites.state(pair.siteId) !== 'gone';
}

/** Whether the newest revision may be sent at `now` (epoch ms). */
export function isDue(pair: PairState, sites: Sites, now: number): boolean {
  const isWaiting = pair.nextAttemptAt !== null && pair.nextAttemptAt > now;
  return !isConfirmed(pair) && !isWaiting && sites.state(pair.siteId) === 'works';
}

/** The first batch of those that are due: the urgent before the rest, and removals first among equals. */
export function dueRevisions(
  due: readonly PairState[],
  grantsOf: (pair: PairState) => readonly GrantRecord[],
  owned: ReadonlyMap<string, readonly string[]>,
  now: number,
): DueRevision[] {
  return due
    .map((pair) => toRevision(pair, grantsOf(pair), owned.get(pairKey(pair)) ?? [], now))
    .sort((a, b) => a.urgency - b.urgency || Number(b.removals.length > 0) - Number(a.removals.length > 0))
    .slice(0, BATCH);
}

/** As decided from the facts of a restored database: what they do not know of yet must not be removed. */
export function provisional(due: DueRevision): DueRevision {
  return { ...due, removals: [], isProvisional: true };
}

function toRevision(
  pair: PairState,
  grants: readonly GrantRecord[],
  owned: readonly string[],
  now: number,
): DueRevision {
  const { siteId, memberId, revision, urgency, isRetried, desired, confirmed } = pair;
  const removals = removalsOf(pair, grants, owned, now);
  const keeps = leftOpen(pair, grants);
  return {
    ...{ siteId, memberId, revision, urgency, groups: desired, removals, confirmed, owned },
    ...(keeps.length > 0 && { keeps }),
    ...(isRetried && { isRetried }),
  };
}

/** What a disconnect left open is a person's to end, also where the site works again or still does (S8.2). */
function leftOpen({ desired }: PairState, grants: readonly GrantRecord[]): string[] {
  const left = grants.filter(({ grant }) => grant.phase === 'left_open').map(({ grant }) => grant.groupId);
  return [...new Set(left)].filter((groupId) => desired.every(({ id }) => id !== groupId)).sort();
}
