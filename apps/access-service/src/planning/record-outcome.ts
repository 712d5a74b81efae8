import { compareRevisions, retryDelay, type Revision } from '@latchkey/access-domain';
import type { RevisionOutcome } from '@latchkey/access-workflows';
import { isConfirmed, pairKey, type PairState } from '../ledger/pair-state.ts';

/**
 * The newest revision that the outcome proves to exist, where this database does not know of it: then it is a copy of
 * an earlier one, and a new epoch must begin. Null otherwise.
 */
export function unknownRevision(pair: PairState, { revision, result }: RevisionOutcome): Revision | null {
  const seen = result.kind === 'superseded' ? newest(result.highestSeen, revision) : revision;
  return compareRevisions(seen, pair.revision) > 0 ? seen : null;
}

/**
 * What became of a revision. Only the newest one counts: an older one's answer says nothing about what is wanted now, and
 * a superseded caller records nothing and plans again.
 * @param patience until when a removal waits for its replacement, epoch ms: there is an attempt at that instant
 */
export function recordOutcome(
  pair: PairState,
  outcome: RevisionOutcome,
  now: number,
  patience: number | null,
): PairState {
  const { result } = outcome;
  if (compareRevisions(outcome.revision, pair.revision) !== 0) return pair;
  // Several workflows may have sent it: one of them confirmed it, and the others' troubles are over.
  if (isConfirmed(pair) && result.kind !== 'confirmed') return pair;
  switch (result.kind) {
    case 'superseded':
      return pair;
    case 'confirmed':
      return {
        ...pair,
        confirmed: pair.revision,
        verifiedAt: result.verifiedAt,
        removing: [],
        blocked: Object.fromEntries(
          result.groups
            .filter(({ outcome: what }) => what === 'blocked')
            .map(({ groupId, failure }) => [
              groupId,
              failure ?? { code: 'unknown_provider_error', message: 'blocked' },
            ]),
        ),
        attempts: 0,
        failure: null,
        nextAttemptAt: null,
      };
    case 'expired':
      // Confirms nothing. The clocks differ, or this one is about to see the same: wait before repeating it.
      return waitAfter({ ...pair, failure: null }, now, patience);
    case 'unverified':
      return waitToVerify(pair, result, now, patience);
    case 'failed':
      return waitAfter({ ...pair, failure: result.failure }, now, patience);
  }
}

/** The confirmations of the pairs' newest revisions, one for each pair. */
export function newestConfirmed(pairs: readonly PairState[], outcomes: readonly RevisionOutcome[]): RevisionOutcome[] {
  return pairs.flatMap((pair) =>
    outcomes
      .filter((outcome) => pairKey(outcome) === pairKey(pair) && outcome.result.kind === 'confirmed')
      .filter(({ revision }) => compareRevisions(revision, pair.revision) === 0)
      .slice(-1),
  );
}

/** One lost answer is settled by the next look. A write that gets none again and again is a trouble to be shown. */
function waitToVerify(
  pair: PairState,
  { groups, verifyAt }: Extract<RevisionOutcome['result'], { kind: 'unverified' }>,
  now: number,
  patience: number | null,
): PairState {
  const failure = groups.find((group) => group.failure)?.failure ?? null;
  const waiting = waitAfter({ ...pair, failure: pair.attempts > 0 ? failure : null }, now, patience);
  return { ...waiting, nextAttemptAt: Math.max(verifyAt, waiting.nextAttemptAt ?? 0) };
}

function waitAfter(pair: PairState, now: number, patience: number | null): PairState {
  const attempts = pair.attempts + 1;
  const kind = pair.removing.length > 0 || pair.desired.length === 0 ? 'revoke' : 'grant';
  const delayed = Math.min(now + retryDelay(attempts, kind, pair.memberId), patience ?? Infinity);
  return { ...pair, attempts, nextAttemptAt: Math.max(delayed, pair.failure?.retryAt ?? 0) };
}

function newest(a: Revision, b: Revision): Revision {
  return compareRevisions(a, b) < 0 ? b : a;
}
