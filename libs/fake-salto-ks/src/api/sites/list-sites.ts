import { listAnswer } from '../../http/odata/list.ts';
import { accountRoute } from '../api-route.ts';
import { siteView } from './site-view.ts';

/** The sites of which the caller is a user, in whatever role. */
export const listSites = accountRoute({
  method: 'GET',
  path: '/v1.2/sites',
  handle: ({ incoming, state, caller }) =>
    listAnswer(incoming, {
      name: 'sites',
      items: state.sites.all().filter((site) => state.siteUsers.ofAccount(site.id, caller.id)),
      view: (site) => siteView(state, site),
      fields: ['id', 'site_uid', 'customer_reference', 'time_zone'],
    }),
});
