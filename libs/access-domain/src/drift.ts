/** A member in an access group. */
export interface Membership {
  readonly memberId: string;
  readonly groupId: string;
}

/** A membership that a look at a group has shown. */
export interface ObservedMembership extends Membership {
  /** We made it, or adopted it: ours to remove. */
  readonly isOurs: boolean;
  /** One of our writes to it once got no answer, and may have landed late. */
  readonly isQuarantined: boolean;
  /** A person has decided to leave it as it is: somebody else's, on purpose. */
  readonly isLeft?: boolean;
}

/** What should be at a site and what is, as far as it may be compared. */
export interface SiteView {
  /** The groups that were looked at; nothing is said about others. */
  readonly seenGroupIds: ReadonlySet<string>;
  readonly wanted: readonly Membership[];
  /** Keys of what is wanted and could not be added: nobody has to be told that it is missing. */
  readonly blocked?: ReadonlySet<string>;
  readonly observed: readonly ObservedMembership[];
  /** Whether a member's groups have come to rest: nothing about it is under way, or was due lately. */
  readonly isSettled: (memberId: string) => boolean;
}

/**
 * `missing`: wanted, and not there. `left_over`: ours, and no longer wanted. `unexplained`: neither ours nor wanted, but
 * one of our writes may have put it there. `foreign`: somebody else put a member of ours there, and nobody decided to
 * leave it so.
 */
export type DriftKind = 'missing' | 'left_over' | 'unexplained' | 'foreign';

export interface Drift extends Membership {
  readonly kind: DriftKind;
}

/** Where what is differs from what should be. A member whose groups are still under way is left to its workflow. */
export function findDrift({ seenGroupIds, wanted, blocked, observed, isSettled }: SiteView): Drift[] {
  const wantedKeys = new Set(wanted.map(membershipKey));
  const observedKeys = new Set(observed.map(membershipKey));
  const missing = wanted
    .filter((one) => seenGroupIds.has(one.groupId) && !observedKeys.has(membershipKey(one)))
    .filter((one) => blocked?.has(membershipKey(one)) !== true)
    .map((one) => ({ ...pick(one), kind: 'missing' as const }));
  const surplus = observed
    .filter((one) => seenGroupIds.has(one.groupId) && !wantedKeys.has(membershipKey(one)))
    .filter(({ isOurs, isLeft }) => isOurs || !isLeft)
    .map((one) => ({ ...pick(one), kind: kindOfSurplus(one) }));
  return [...missing, ...surplus].filter(({ memberId }) => isSettled(memberId));
}

/**
 * How many memberships may be removed in one check without asking: 10, or 10 % of the site's if that is less, but at
 * least 3. More at once is rather a mistake of ours than of everybody else's.
 */
export function removalLimit(memberships: number): number {
  return Math.max(3, Math.min(10, Math.floor(memberships / 10)));
}

export function membershipKey({ memberId, groupId }: Membership): string {
  return `${memberId}/${groupId}`;
}

function kindOfSurplus({ isOurs, isQuarantined }: ObservedMembership): DriftKind {
  if (isOurs) return 'left_over';
  return isQuarantined ? 'unexplained' : 'foreign';
}

function pick({ memberId, groupId }: Membership): Membership {
  return { memberId, groupId };
}
