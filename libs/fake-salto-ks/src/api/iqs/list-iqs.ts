import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';
import { iqFields, iqView } from './iq-view.ts';

export const listIqs = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/iqs',
  handle: ({ incoming, state, site }) =>
    listAnswer(incoming, {
      items: state.iqs.all().filter((iq) => iq.site_id === site.id),
      view: (iq) => iqView(iq, site),
      fields: iqFields,
    }),
});
