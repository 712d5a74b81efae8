import { measured } from '../../http/errors.ts';
import type { SiteUser } from '../../state/site-users.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import type { SiteCall } from '../api-route.ts';

/** The site user behind a platform id; a site-user id, or somebody deleted, is 404 2202 (measured). */
export function findMember({ state, site }: SiteCall<unknown>, userId: string): SiteUser {
  const user = state.siteUsers.ofAccount(site.id, userId);
  if (!user) throw measured.userNotFound();
  return user;
}

/** Puts a person (platform id) into the path's group or takes them out; false when nothing changed. */
export function changeMember(call: SiteCall<unknown>, userId: string, isMember: boolean): boolean {
  requireSubscription(call);
  const reachesLockAt = call.now + call.state.settings.lock_spread_seconds * 1000;
  return findAccessGroup(call).setMember(userId, isMember, reachesLockAt);
}
