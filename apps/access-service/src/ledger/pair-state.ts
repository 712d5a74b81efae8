import { compareRevisions, type DesiredGroup, type Revision, type RevisionStatus } from '@latchkey/access-domain';
import type { Failure, Pair, Urgency } from '@latchkey/access-workflows';

/** What a member should have at a site, and how far that has come. Instants are epoch ms. */
export interface PairState extends Pair {
  /** The newest revision, and what it wants. */
  readonly revision: Revision;
  readonly desired: readonly DesiredGroup[];
  /** Groups that a revision since the last confirmed one wanted, and the newest does not. */
  readonly removing: readonly string[];
  readonly urgency: Urgency;
  /** It was taken since somebody wants what was blocked to be tried again. */
  readonly isRetried: boolean;
  /** The `now` of the last plan: no later plan decides for an earlier instant. Null before the first. */
  readonly decidedAt: number | null;
  /** The newest revision that the adapter has confirmed, when it read that, and the groups that it could not add. */
  readonly confirmed: Revision;
  readonly verifiedAt: number | null;
  readonly blocked: Readonly<Record<string, Failure>>;
  /** Groups that it is kept out of until a person decides, and why: somebody took it out of them by hand, twice. */
  readonly held: Readonly<Record<string, Failure>>;
  /** The next plan takes a revision of this urgency even if nothing has changed, so that Salto is looked at anew. */
  readonly forcedUrgency: Urgency | null;
  /** Failed attempts at the newest revision in a row, what was wrong, and when it may be sent again. */
  readonly attempts: number;
  readonly failure: Failure | null;
  readonly nextAttemptAt: number | null;
}

export function isConfirmed(pair: PairState): boolean {
  return compareRevisions(pair.confirmed, pair.revision) === 0;
}

export function revisionStatus(pair: PairState): RevisionStatus {
  return {
    isConfirmed: isConfirmed(pair),
    isFailing: pair.failure !== null,
    blockedGroupIds: new Set(Object.keys({ ...pair.held, ...pair.blocked })),
  };
}

export function pairKey({ siteId, memberId }: Pair): string {
  return `${siteId}/${memberId}`;
}
