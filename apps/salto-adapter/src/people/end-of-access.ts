import { VERIFY_AFTER_MS } from '../access/intents.ts';
import type { SaltoUser } from './user-rows.ts';

/** What becomes of users whose last access at the site has ended; of those that we created alone. */
export type EndPolicy =
  | { readonly kind: 'suspend' | 'keep' }
  /** Suspended at once, and deleted after this many days without access. */
  | { readonly kind: 'delete'; readonly days: number };

export type EndStep =
  /** Nothing to do until somebody asks again, or before an instant, epoch ms. */
  | { readonly kind: 'rest'; readonly until: number | null }
  /** It has access and no seat that is known to last. */
  | { readonly kind: 'subscribe' }
  | { readonly kind: 'suspend' }
  /** `always`: whatever groups others may have put it into. */
  | { readonly kind: 'delete'; readonly always: boolean }
  /** The link alone goes; the user is not ours to delete. */
  | { readonly kind: 'forget' };

export interface Situation {
  readonly user: Pick<SaltoUser, 'origin' | 'hasSeat' | 'seatWantedAt' | 'seatUnsureAt' | 'idleAt' | 'deletingAt'>;
  /** The member is in a group by us, or a write that would put it there has no certain answer. */
  readonly hasAccess: boolean;
  readonly isPersonDeleted: boolean;
  readonly policy: EndPolicy;
  readonly quietMs: number;
  readonly now: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** What the end of access wants done with a user now. Never touches one that was there before us, or has access. */
export function endStep(situation: Situation): EndStep {
  const { user, hasAccess, isPersonDeleted, policy } = situation;
  const isOurs = user.origin === 'created';
  if (user.deletingAt !== null) return { kind: 'delete', always: true };
  if (hasAccess) return isOurs && !user.hasSeat ? { kind: 'subscribe' } : rest(null);
  if (isPersonDeleted) return isOurs ? { kind: 'delete', always: true } : { kind: 'forget' };
  return isOurs && policy.kind !== 'keep' ? idleStep(situation) : rest(null);
}

/** Of a user of ours without access, at a location that keeps nobody. */
function idleStep({ user, policy, quietMs, now }: Situation): EndStep {
  const idleAt = user.idleAt ?? now;
  const quietAt = idleAt + quietMs;
  const deleteAt = policy.kind === 'delete' ? Math.max(quietAt, idleAt + policy.days * DAY_MS) : null;
  if (deleteAt !== null && deleteAt <= now) return { kind: 'delete', always: false };
  const mayHaveSeat = user.hasSeat || user.seatWantedAt !== null || user.seatUnsureAt !== null;
  if (!mayHaveSeat) return rest(deleteAt);
  // One that got no answer is repeated when it cannot land any more, so that the last word has an answer.
  const suspendAt = Math.max(quietAt, (user.seatUnsureAt ?? -Infinity) + VERIFY_AFTER_MS);
  return suspendAt <= now ? { kind: 'suspend' } : rest(Math.min(suspendAt, deleteAt ?? Infinity));
}

/** Of locations that share a site the mildest policy counts: their users are the same. */
export function mildest(policies: readonly EndPolicy[]): EndPolicy {
  const rank = ({ kind }: EndPolicy) => ['keep', 'suspend', 'delete'].indexOf(kind);
  const daysOf = (policy: EndPolicy) => (policy.kind === 'delete' ? policy.days : 0);
  return policies.toSorted((a, b) => rank(a) - rank(b) || daysOf(b) - daysOf(a))[0] ?? { kind: 'keep' };
}

function rest(until: number | null): EndStep {
  return { kind: 'rest', until };
}
