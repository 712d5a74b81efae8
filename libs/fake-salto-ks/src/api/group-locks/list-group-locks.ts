import { listAnswer } from '../../http/odata/list.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { siteRoute } from '../api-route.ts';
import { lockFields, lockView } from '../locks/lock-view.ts';

/** The locks that a group opens; v1.1 and v1.2 both work (measured). */
export const listGroupLocks = siteRoute({
  method: 'GET',
  path: '/:version(v1.1|v1.2)/sites/:site/access_groups/:group/locks',
  handle: (call) =>
    listAnswer(call.incoming, {
      items: [...findAccessGroup(call).lock_ids].flatMap((id) => call.state.locks.get(id) ?? []),
      view: (lock) => lockView(call.state, lock, call.now),
      fields: lockFields,
    }),
});
