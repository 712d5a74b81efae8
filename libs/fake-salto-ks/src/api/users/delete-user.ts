import { empty } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { findUser } from './find-user.ts';

/** 202: the seat is free at once, the user is 404 some seconds later (measured). Memberships end with it. */
export const deleteUser = siteRoute({
  method: 'DELETE',
  path: '/v1.2/sites/:site/users/:user',
  handle: (call) => {
    const { state, site, now } = call;
    const user = findUser(call);
    if (user.deleted_at === null) {
      state.siteUsers.markDeleted(user, now);
      const reachesLockAt = now + state.settings.lock_spread_seconds * 1000;
      for (const group of state.accessGroups.ofSite(site.id)) group.setMember(user.user_id, false, reachesLockAt);
    }
    return empty(202);
  },
});
