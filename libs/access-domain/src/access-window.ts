/** From when to when an entitlement gives access: half-open, epoch ms. Without `closesAt` no end is known. */
export interface AccessWindow {
  readonly opensAt: number;
  readonly closesAt: number | null;
}

/** How long the groups of a replaced subscription are kept while its replacement is not known yet (S3.5). */
export const REPLACEMENT_WAIT_MS = 30_000;

/**
 * The window of a booking: its time, wider by the grace period on both sides (S4.1), and over at a cancellation.
 * Null where nothing is left of it. All instants are epoch ms.
 */
export function bookingWindow(
  booking: { readonly startsAt: number; readonly endsAt: number; readonly cancelledAt: number | null },
  gracePeriodMs: number,
): AccessWindow | null {
  const closesAt = earlier(booking.endsAt + gracePeriodMs, booking.cancelledAt);
  return unlessEmpty({ opensAt: booking.startsAt - gracePeriodMs, closesAt });
}

/**
 * The window of a subscription, whose days are already instants: the first instant of its first day until the first
 * instant after its last day (S3.1, S3.2), or until it was cancelled. Null where nothing is left of it.
 */
export function subscriptionWindow(subscription: {
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly cancelledAt: number | null;
  /** It was replaced, and the replacement is not known yet. */
  readonly awaitsReplacement: boolean;
}): AccessWindow | null {
  const { startsAt, endsAt, cancelledAt, awaitsReplacement } = subscription;
  const closesAt = endsAt === null ? cancelledAt : earlier(endsAt, cancelledAt);
  const window = unlessEmpty({ opensAt: startsAt, closesAt });
  if (window === null || window.closesAt === null || !awaitsReplacement) return window;
  return { ...window, closesAt: window.closesAt + REPLACEMENT_WAIT_MS };
}

function earlier(end: number, cancelledAt: number | null): number {
  return cancelledAt === null ? end : Math.min(end, cancelledAt);
}

function unlessEmpty(window: AccessWindow): AccessWindow | null {
  return window.closesAt !== null && window.closesAt <= window.opensAt ? null : window;
}
