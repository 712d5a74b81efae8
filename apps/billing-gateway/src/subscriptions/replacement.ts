import { addDays } from '../calendar.ts';
import { lastDayOf, type SubscriptionDates } from './subscription-period.ts';

/** How the old half of a switch of plans ends: at once, or after a last day. */
export type OldHalf = { readonly kind: 'ends now' } | { readonly kind: 'ends after'; readonly lastDayOn: string };

export type Replacement = OldHalf | { readonly kind: 'refused'; readonly reason: 'in the past' | 'leaves a gap' };

/**
 * Decides how a subscription gives way to another that begins on `effectiveOn`, without a gap (S3.5). Today, or before
 * the old one has begun, it ends now: there is nothing of it to wait for.
 * @param today the date at the location
 */
export function replacementOf(old: SubscriptionDates, effectiveOn: string, today: string): Replacement {
  if (effectiveOn < today) return { kind: 'refused', reason: 'in the past' };
  if (effectiveOn === today || effectiveOn <= old.startOn) return { kind: 'ends now' };
  const lastDayOn = addDays(effectiveOn, -1);
  const oldLastDay = lastDayOf(old);
  if (oldLastDay !== null && oldLastDay < lastDayOn) return { kind: 'refused', reason: 'leaves a gap' };
  return { kind: 'ends after', lastDayOn };
}
