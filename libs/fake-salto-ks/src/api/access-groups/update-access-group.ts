import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { accessGroupView, findAccessGroup } from './find-access-group.ts';

export const updateAccessGroup = siteRoute({
  method: 'PATCH',
  path: '/v1.2/sites/:site/access_groups/:group',
  body: z.object({ customer_reference: z.string().min(1) }),
  handle: (call) => {
    const group = findAccessGroup(call);
    group.customer_reference = call.body.customer_reference;
    return json(200, accessGroupView(group));
  },
});
