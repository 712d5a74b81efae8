import { empty } from '../../http/answer.ts';
import { leaveSite } from '../../state/leave-site.ts';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { findUser } from './find-user.ts';

/** 202: the seat is free at once, the user is 404 some seconds later (measured). Memberships end with it. */
export const deleteUser = siteRoute({
  method: 'DELETE',
  path: '/v1.2/sites/:site/users/:user',
  handle: (call) => {
    requireSubscription(call);
    leaveSite(call.state, findUser(call), call.now);
    return empty(202);
  },
});
