import { empty } from '../../http/answer.ts';
import { guessed } from '../../http/errors.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { siteRoute } from '../api-route.ts';

export const removeGroupLock = siteRoute({
  method: 'DELETE',
  path: '/:version(v1.1|v1.2)/sites/:site/access_groups/:group/locks/:lock',
  handle: (call) => {
    requireSubscription(call);
    if (!findAccessGroup(call).lock_ids.delete(call.param('lock'))) throw guessed.notFound('Lock');
    return empty(204);
  },
});
