import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';
import { accessGroupView } from './find-access-group.ts';

export const listAccessGroups = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/access_groups',
  handle: ({ incoming, state, site }) =>
    listAnswer(incoming, {
      name: 'access_groups',
      items: state.accessGroups.ofSite(site.id),
      view: accessGroupView,
      fields: ['id', 'customer_reference'],
    }),
});
