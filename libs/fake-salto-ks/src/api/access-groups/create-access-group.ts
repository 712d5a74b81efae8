import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { AccessGroup } from '../../state/access-groups.ts';
import { siteRoute } from '../api-route.ts';
import { accessGroupView } from './find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';

/** Measured: 200, not 201. The new group has no time schedule, so it opens nothing. */
export const createAccessGroup = siteRoute({
  method: 'POST',
  path: '/v1.2/sites/:site/access_groups',
  body: z.object({ customer_reference: z.string().min(1) }),
  handle: (call) => {
    requireSubscription(call);
    const group = new AccessGroup({
      id: randomUUID(),
      site_id: call.site.id,
      customer_reference: call.body.customer_reference,
      lock_ids: [],
      time_schedules: [],
      user_ids: [],
      user_ids_at_lock: [],
      pending: [],
    });
    return json(200, accessGroupView(call.state.accessGroups.put(group)));
  },
});
