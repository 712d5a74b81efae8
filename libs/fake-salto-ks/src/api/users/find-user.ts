import { measured } from '../../http/errors.ts';
import type { SiteUser } from '../../state/site-users.ts';
import type { State } from '../../state/state.ts';
import type { SiteCall } from '../api-route.ts';
import { hasSpread } from './user-view.ts';

/** Takes away deleted users whose time is up; call before reading users. */
export function forgetDeletedUsers(state: State, now: number): void {
  state.siteUsers.forgetDeleted(now - state.settings.user_delete_seconds * 1000);
}

/** The site user of the path's `:user`. Any other id, a platform id too, is 404 2202 (measured). */
export function findUser({ state, site, param, now }: SiteCall<unknown>): SiteUser {
  forgetDeletedUsers(state, now);
  const user = state.siteUsers.get(param('user'));
  if (user?.site_id !== site.id) throw measured.userNotFound();
  return user;
}

/**
 * The same, to change it: 403 2203 for a user of another site (known; that deleting one is 404 is a guess), and while
 * it has not spread (measured for PINs; a guess for the other changes).
 */
export function findUserToChange(call: SiteCall<unknown>): SiteUser {
  const elsewhere = call.state.siteUsers.get(call.param('user'));
  if (elsewhere?.deleted_at === null && elsewhere.site_id !== call.site.id) throw measured.noPermissionOnUser();
  const user = findUser(call);
  if (user.deleted_at !== null) throw measured.userNotFound();
  if (!hasSpread(call.state, user, call.now)) throw measured.noPermissionOnUser();
  return user;
}
