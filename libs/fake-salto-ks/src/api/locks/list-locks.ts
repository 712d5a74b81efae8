import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';
import { lockFields, lockView } from './lock-view.ts';

export const listLocks = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/locks',
  handle: ({ incoming, state, site, now }) =>
    listAnswer(incoming, {
      name: 'locks',
      items: state.locks.all().filter((lock) => lock.site_id === site.id),
      view: (lock) => lockView(state, lock, now),
      fields: lockFields,
    }),
});
