import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { siteRoute } from '../api-route.ts';
import { findLock } from '../locks/find-lock.ts';

/** Lets a group open a lock. */
export const addGroupLock = siteRoute({
  method: 'POST',
  path: '/:version(v1.1|v1.2)/sites/:site/access_groups/:group/locks',
  body: z.object({ lock_id: z.string().min(1) }),
  handle: (call) => {
    requireSubscription(call);
    const { id } = findLock(call, call.body.lock_id);
    findAccessGroup(call).lock_ids.add(id);
    return json(200, { lock_id: id });
  },
});
