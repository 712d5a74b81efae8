import type { SiteUser } from './site-users.ts';

/** A PIN of a site user. It cannot be read back; asking again makes a new one. */
export interface Pin {
  code: string;
  /** RFC 3339, or no end. */
  expiry_date: string | null;
  /** Epoch ms from which locks know it; the one before is good until then. */
  reaches_lock_at: number;
  before: string | null;
}

/** The digits that locks take for this user at `now` (epoch ms). */
export function pinAtLock({ pin }: SiteUser, now: number): string | null {
  if (!pin) return null;
  if (now < pin.reaches_lock_at) return pin.before;
  return pin.expiry_date !== null && Date.parse(pin.expiry_date) <= now ? null : pin.code;
}
