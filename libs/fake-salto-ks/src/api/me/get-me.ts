import { json } from '../../http/answer.ts';
import { accountRoute } from '../api-route.ts';

/** The token's owner: the platform user, without anything that belongs to a site. */
export const getMe = accountRoute({
  method: 'GET',
  path: '/v1.2/me',
  handle: ({ caller: { id, email, first_name, last_name } }) => json(200, { id, email, first_name, last_name }),
});
