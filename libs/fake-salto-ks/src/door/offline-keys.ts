import type { Lock } from '../state/locks.ts';
import { openingId } from '../state/recent-openings.ts';
import type { State } from '../state/state.ts';

const DAY_MS = 86_400_000;

/** Notes that a lock that is on line let somebody in (platform id). `now` is epoch ms. */
export function rememberOpening(state: State, lock: Lock, userId: string, now: number): void {
  state.recentOpenings.put({ id: openingId(lock.id, userId), lock_id: lock.id, user_id: userId, at: now });
}

/**
 * Whether a lock that is off line lets somebody in because it did so lately: in the last `offline_credential_days`
 * (documented), whatever became of their access since. A PIN is no such key (its `offline_access` is false, measured).
 */
export function isLetInOffLine(state: State, lock: Lock, userId: string, now: number): boolean {
  const opening = state.recentOpenings.get(openingId(lock.id, userId));
  return opening !== undefined && now - opening.at < state.settings.offline_credential_days * DAY_MS;
}
