import { randomUUID } from 'node:crypto';
import type { Entry } from '../state/entries.ts';
import type { Lock } from '../state/locks.ts';
import type { State } from '../state/state.ts';
import { localTimeAt } from './local-time.ts';
import { isOpening, type TapReason } from './tap.ts';
import { userAtLock } from './users-at-lock.ts';

/** Whom an entry names when a PIN is unknown to the lock: no user at all (measured; the value is per site). */
export const UNKNOWN_PIN_USER_ID = '00000000-0000-4000-8000-0000000000ff';

/** The entry that Salto writes for a tap. `accessBy`: `pin_code` and `remote` are measured, other kinds are guesses. */
export function entryFor(state: State, lock: Lock, tap: Tap): Entry {
  const { userId, reason, accessBy, now } = tap;
  const detail = entryDetails[reason];
  const isUnknownPin = detail === 'no_access' && accessBy === 'pin_code';
  const local = localTimeAt(now, state.sites.get(lock.site_id)?.time_zone ?? 'UTC');
  return {
    id: randomUUID(),
    event_category: isOpening(reason) ? 'lock_opened' : 'lock_rejected',
    event_detail: detail,
    utc_date_time: new Date(now).toISOString(),
    local_date_time: `${local.date}T${local.time}`,
    lock_id: lock.id,
    user_id: isUnknownPin ? UNKNOWN_PIN_USER_ID : userId,
    // Measured: the alias is there when the lock knows the person, and not with no_access and suspended.
    user_alias: detail === null ? (userAtLock(state, lock.site_id, userId, now)?.alias ?? null) : null,
    access_by: accessBy,
    access_detail: null,
    exit_requested: false,
  };
}

interface Tap {
  userId: string;
  reason: TapReason;
  accessBy: string;
  now: number;
}

const entryDetails: Record<TapReason, Entry['event_detail']> = {
  opened: null,
  // Salto learns of it once the lock is on line again; here at once.
  opened_off_line: null,
  // Whether such a lock writes entries at all is not known.
  site_unsubscribed: null,
  lock_offline: 'offline',
  not_in_group: 'no_access',
  group_without_schedule: 'no_access',
  suspended: 'suspended',
  pin_not_in_use: null,
  blocked: null,
  expired: null,
  outside_schedule: null,
};
