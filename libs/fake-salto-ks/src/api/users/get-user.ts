import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { findUser } from './find-user.ts';
import { userView } from './user-view.ts';

export const getUser = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/users/:user',
  handle: (call) => json(200, userView(call.state, findUser(call), call.now)),
});
