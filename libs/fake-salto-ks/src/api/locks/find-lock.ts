import { guessed } from '../../http/errors.ts';
import type { Lock } from '../../state/locks.ts';
import type { SiteCall } from '../api-route.ts';

/** A lock of the call's site. */
export function findLock({ state, site }: SiteCall<unknown>, lockId: string): Lock {
  const lock = state.locks.get(lockId);
  if (lock?.site_id !== site.id) throw guessed.notFound('Lock');
  return lock;
}
