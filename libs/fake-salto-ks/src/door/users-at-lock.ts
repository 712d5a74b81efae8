import type { SiteUser } from '../state/site-users.ts';
import type { State } from '../state/state.ts';

/** Whom the locks of a site know at `now` (epoch ms): its users, and those of whose deletion they have not heard. */
export function usersAtLock(state: State, siteId: string, now: number): SiteUser[] {
  return [...state.siteUsers.ofSite(siteId), ...state.formerUsers.atLocksOf(siteId, now)];
}

/** One of them, by platform id. Somebody who was deleted and is back is who they are now. */
export function userAtLock(state: State, siteId: string, userId: string, now: number): SiteUser | undefined {
  const former = () => state.formerUsers.atLocksOf(siteId, now).find(({ user_id }) => user_id === userId);
  return state.siteUsers.ofAccount(siteId, userId) ?? former();
}
