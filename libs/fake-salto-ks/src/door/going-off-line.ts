import type { Lock } from '../state/locks.ts';
import type { State } from '../state/state.ts';
import { decideOnLine, isLockOnline } from './tap.ts';

/**
 * To be called when a lock may go off line: whose access had ended by then, it had cleared from its memory while it was
 * on line (documented for a removal from the group; for who is suspended, blocked or expired a guess).
 */
export function keepWhoHasAccess(state: State, lock: Lock, now: number): void {
  if (!isLockOnline(state, lock)) return;
  for (const { id, user_id } of state.recentOpenings.ofLock(lock.id)) {
    const reason = decideOnLine(state, lock, user_id, now);
    if (reason !== 'opened' && reason !== 'outside_schedule') state.recentOpenings.delete(id);
  }
}
