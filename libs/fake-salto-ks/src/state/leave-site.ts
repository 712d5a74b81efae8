import type { SiteUser } from './site-users.ts';
import type { State } from './state.ts';

/** Ends a person's presence on a site with all memberships there. The seat is free at once (measured). */
export function leaveSite(state: State, user: SiteUser, now: number): void {
  if (user.deleted_at !== null) return;
  state.siteUsers.markDeleted(user, now);
  const reachesLockAt = now + state.settings.lock_spread_seconds * 1000;
  // Locks know them until they hear of it.
  if (reachesLockAt > now) state.formerUsers.put({ id: user.id, user: { ...user }, reaches_lock_at: reachesLockAt });
  for (const group of state.accessGroups.ofSite(user.site_id)) group.setMember(user.user_id, false, reachesLockAt);
}
