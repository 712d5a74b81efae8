import { empty } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { findAccessGroup } from './find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';

/** Measured: 204. Its members lose what it opened. */
export const deleteAccessGroup = siteRoute({
  method: 'DELETE',
  path: '/v1.2/sites/:site/access_groups/:group',
  handle: (call) => {
    requireSubscription(call);
    call.state.accessGroups.delete(findAccessGroup(call).id);
    return empty(204);
  },
});
