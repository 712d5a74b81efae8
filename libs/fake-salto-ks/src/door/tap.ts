import type { State } from '../state/state.ts';
import type { Lock } from '../state/locks.ts';
import type { SiteUser } from '../state/site-users.ts';
import { localTimeAt } from './local-time.ts';
import { isLetInOffLine } from './offline-keys.ts';
import { scheduleContains } from './schedule.ts';
import { userAtLock } from './users-at-lock.ts';

/** Why a lock opened or refused: finer than Salto's entry, for whoever debugs. */
export type TapReason =
  | 'opened'
  | 'opened_off_line'
  | 'site_unsubscribed'
  | 'lock_offline'
  | 'not_in_group'
  | 'group_without_schedule'
  | 'pin_not_in_use'
  | 'suspended'
  | 'blocked'
  | 'expired'
  | 'outside_schedule';

/** Whether the door opened. */
export const isOpening = (reason: TapReason): boolean => reason === 'opened' || reason === 'opened_off_line';

/** A lock is reached through its IQ. */
export function isLockOnline(state: State, lock: Lock): boolean {
  return lock.online && (state.iqs.get(lock.iq_id ?? '')?.online ?? true);
}

/**
 * Whether a lock opens for a person (platform id) at an instant (epoch ms).
 *
 * Nothing opens once the subscription of the site has ended (documented). A lock off line lets in whom it let in lately.
 */
export function decideTap(
  state: State,
  lock: Lock,
  userId: string,
  now: number,
  { isByPin = false }: { isByPin?: boolean } = {},
): TapReason {
  if (state.sites.get(lock.site_id)?.subscription_valid === false) return 'site_unsubscribed';
  if (isLockOnline(state, lock)) return decideOnLine(state, lock, userId, now, { isByPin });
  return !isByPin && isLetInOffLine(state, lock, userId, now) ? 'opened_off_line' : 'lock_offline';
}

/**
 * The same for a lock on line, which goes by what has reached it.
 *
 * It knows only members of groups that carry a time schedule (measured): everybody else is unknown to it, whatever
 * their state. Of those it knows, it refuses the suspended, the blocked and the expired, and the PIN of those whose
 * `use_pin` is off.
 */
export function decideOnLine(
  state: State,
  lock: Lock,
  userId: string,
  now: number,
  { isByPin = false }: { isByPin?: boolean } = {},
): TapReason {
  const groups = state.accessGroups.ofLock(lock.id).filter((group) => group.isMemberAtLock(userId, now));
  const user = userAtLock(state, lock.site_id, userId, now);
  const site = state.sites.get(lock.site_id);
  if (groups.length === 0 || !user || !site) return 'not_in_group';
  const schedules = groups.flatMap((group) => group.schedulesAtLock(now));
  if (schedules.length === 0) return 'group_without_schedule';
  const refusal = refusalOf(user, now, isByPin);
  if (refusal) return refusal;
  const local = localTimeAt(now, site.time_zone);
  return schedules.some((schedule) => scheduleContains(schedule, local)) ? 'opened' : 'outside_schedule';
}

/** Why a lock that knows the person does not let them in at any hour. */
function refusalOf(user: SiteUser, now: number, isByPin: boolean): TapReason | undefined {
  if (user.subscription_state === 'suspended') return 'suspended';
  if (isByPin && !user.use_pin) return 'pin_not_in_use';
  if (user.blocked) return 'blocked';
  if (user.expires_at !== null && Date.parse(user.expires_at) <= now) return 'expired';
  return undefined;
}
