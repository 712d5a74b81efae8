import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { userView } from '../users/user-view.ts';

/** The caller as a user of this site: the way to learn whether an account administers it. */
export const getSiteMe = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/me',
  anyUser: true,
  handle: ({ state, me, now }) => json(200, userView(state, me, now)),
});
