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

/** What is known of pairs beside themselves, by pair key. */
export interface KnownOfPairs {
  readonly grants: ReadonlyMap<string, readonly GrantRecord[]>;
  /** The groups that the adapter confirmed to be ours. */
  readonly owned: ReadonlyMap<string, readonly string[]>;
  /** Groups that nothing wants any more, and that wait for an administrator's decision … */
  readonly held: ReadonlyMap<string, readonly string[]>;
  /** … or are to be left. */
  readonly leaving: ReadonlyMap<string, readonly string[]>;
}

/** The first batch of those that are due: the urgent before the rest, and removals first among equals. */
export function dueRevisions(due: readonly PairState[], known: KnownOfPairs, now: number): DueRevision[] {
  return due
    .map((pair) => toRevision(pair, known, now))
    .sort((a, b) => a.urgency - b.urgency || Number(b.removals.length > 0) - Number(a.removals.length > 0))
    .slice(0, BATCH);
}

/** As decided from the facts of a restored database: what they do not know of yet must not be removed. */
export function provisional(due: DueRevision): DueRevision {
  return { ...due, removals: [], isProvisional: true };
}

function toRevision(pair: PairState, known: KnownOfPairs, now: number): DueRevision {
  const { siteId, memberId, revision, urgency, isRetried, desired, confirmed } = pair;
  const key = pairKey(pair);
  const [grants, owned] = [known.grants.get(key) ?? [], known.owned.get(key) ?? []];
  const removals = removalsOf(pair, grants, owned, now);
  const keeps = keptBy(pair, grants, known.held.get(key) ?? [], known.leaving.get(key) ?? []);
  return {
    ...{ siteId, memberId, revision, urgency, groups: desired, removals, confirmed, owned },
    ...(keeps.length > 0 && { keeps }),
    ...(isRetried && { isRetried }),
  };
}

/**
 * Groups that are not wanted and still not to be left by this revision: what waits for a person (a check that held a
 * removal, S12; what a disconnect left open, S8.2), unless something that gave the group ends by itself now or the person
 * has decided; and what a hold keeps from being granted, since somebody may have put the member back.
 */
function keptBy(
  { desired, held: holds }: PairState,
  grants: readonly GrantRecord[],
  held: readonly string[],
  leaving: readonly string[],
): string[] {
  const groupsIn = (phase: GrantRecord['grant']['phase']) =>
    grants.filter(({ grant }) => grant.phase === phase).map(({ grant }) => grant.groupId);
  const ending = new Set([...groupsIn('revoking'), ...leaving]);
  const waiting = [...groupsIn('left_open'), ...held].filter((groupId) => !ending.has(groupId));
  const wanted = new Set(desired.map(({ id }) => id));
  return [...new Set([...waiting, ...Object.keys(holds)])].filter((groupId) => !wanted.has(groupId)).sort();
}
