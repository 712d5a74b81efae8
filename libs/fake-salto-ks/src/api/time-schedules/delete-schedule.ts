import { empty } from '../../http/answer.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { siteRoute } from '../api-route.ts';
import { findSchedule } from './find-schedule.ts';

export const deleteSchedule = siteRoute({
  method: 'DELETE',
  path: '/v1.1/sites/:site/access_groups/:group/time_schedules/:schedule',
  handle: (call) => {
    requireSubscription(call);
    findAccessGroup(call).time_schedules.delete(findSchedule(call).id);
    return empty(204);
  },
});
