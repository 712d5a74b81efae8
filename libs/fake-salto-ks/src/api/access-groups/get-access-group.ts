import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { accessGroupView, findAccessGroup } from './find-access-group.ts';

export const getAccessGroup = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/access_groups/:group',
  handle: (call) => json(200, accessGroupView(findAccessGroup(call))),
});
