import { listAnswer } from '../../http/odata/list.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { siteRoute } from '../api-route.ts';

export const listSchedules = siteRoute({
  method: 'GET',
  path: '/v1.1/sites/:site/access_groups/:group/time_schedules',
  handle: (call) =>
    listAnswer(call.incoming, {
      items: [...findAccessGroup(call).time_schedules.values()],
      view: (schedule) => schedule,
      fields: ['id', 'start_time', 'end_time', 'start_date', 'end_date'],
    }),
});
