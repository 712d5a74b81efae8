import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';
import { forgetDeletedUsers } from './find-user.ts';
import { userFields, userView } from './user-view.ts';

export const listUsers = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/users',
  handle: ({ incoming, state, site, now }) => {
    forgetDeletedUsers(state, now);
    return listAnswer(incoming, {
      name: 'users',
      items: state.siteUsers.ofSite(site.id),
      view: (user) => userView(state, user, now),
      fields: userFields,
    });
  },
});
