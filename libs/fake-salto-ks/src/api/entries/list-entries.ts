import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';

/** The entry log, oldest first unless `$orderby=utc_date_time desc`. An unknown order field is 400 1102 (measured). */
export const listEntries = siteRoute({
  method: 'GET',
  path: '/v1.1/sites/:site/entries',
  handle: ({ incoming, state, site }) =>
    listAnswer(incoming, {
      items: state.entries.ofSite(site.id),
      view: (entry) => entry,
      fields: ['id', 'event_category', 'event_detail', 'utc_date_time', 'local_date_time', 'lock_id', 'user_id'],
    }),
});
