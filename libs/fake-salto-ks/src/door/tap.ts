import type { State } from '../state/state.ts';
import type { Lock } from '../state/locks.ts';
import type { SiteUser } from '../state/site-users.ts';
import { localTimeAt } from './local-time.ts';
import { scheduleContains } from './schedule.ts';

/** Why a lock opened or refused: finer than Salto's entry, for whoever debugs. */
export type TapReason =
  | 'opened'
  | 'site_unsubscribed'
  | 'lock_offline'
  | 'not_in_group'
  | 'group_without_schedule'
  | 'pin_not_in_use'
  | 'suspended'
  | 'blocked'
  | 'expired'
  | 'outside_schedule';

/** A lock is reached through its IQ. */
export function isLockOnline(state: State, lock: Lock): boolean {
  return lock.online && (state.iqs.get(lock.iq_id ?? '')?.online ?? true);
}

/**
 * Whether a lock opens for a person (platform id) at an instant (epoch ms).
 *
 * Nothing opens once the subscription of the site has ended (documented). A lock knows only members of groups that carry a time schedule (measured): everybody else is unknown to it,
 * whatever their state. Of those it knows, it refuses the suspended, the blocked and the expired, and the PIN of those
 * whose `use_pin` is off.
 */
export function decideTap(
  state: State,
  lock: Lock,
  userId: string,
  now: number,
  { isByPin = false }: { isByPin?: boolean } = {},
): TapReason {
  const site = state.sites.get(lock.site_id);
  if (site?.subscription_valid === false) return 'site_unsubscribed';
  if (!isLockOnline(state, lock)) return 'lock_offline';
  const groups = state.accessGroups.ofLock(lock.id).filter((group) => group.isMemberAtLock(userId, now));
  const user = state.siteUsers.ofAccount(lock.site_id, userId);
  if (groups.length === 0 || !user || !site) return 'not_in_group';
  const schedules = groups.flatMap((group) => [...group.time_schedules.values()]);
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
