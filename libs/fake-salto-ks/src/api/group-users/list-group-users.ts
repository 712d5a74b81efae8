import { listAnswer } from '../../http/odata/list.ts';
import type { SiteUser } from '../../state/site-users.ts';
import type { State } from '../../state/state.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { siteRoute } from '../api-route.ts';
import { userFields, userView } from '../users/user-view.ts';

/** The members of a group. Measured to carry the platform id; which of two shapes is a setting. */
export const listGroupUsers = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/access_groups/:group/users',
  handle: (call) => {
    const { incoming, state, site, now } = call;
    const members = [...findAccessGroup(call).members].flatMap(
      (userId) => state.siteUsers.ofAccount(site.id, userId) ?? [],
    );
    return state.settings.group_user_shape === 'site_user'
      ? listAnswer(incoming, { ...list(members), view: (user) => userView(state, user, now), fields: userFields })
      : listAnswer(incoming, { ...list(members), view: (user) => platformUserView(state, user), fields });
  },
});

const list = (items: SiteUser[]) => ({ name: 'group_users' as const, items });

const fields = ['id', 'email', 'first_name', 'last_name', 'alias'];

function platformUserView(state: State, user: SiteUser) {
  const account = state.accounts.get(user.user_id);
  return {
    id: user.user_id,
    email: account?.email ?? null,
    first_name: account?.first_name ?? '',
    last_name: account?.last_name ?? '',
    alias: user.alias,
  };
}
