import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';

export const listRoles = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/roles',
  handle: ({ incoming, site }) =>
    listAnswer(incoming, {
      items: site.roles,
      view: (role) => role,
      fields: ['id', 'customer_reference', 'code'],
    }),
});
