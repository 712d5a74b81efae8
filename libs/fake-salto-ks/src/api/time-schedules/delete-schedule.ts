import { empty } from '../../http/answer.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { changeSchedules } from '../../state/change-schedules.ts';
import { siteRoute } from '../api-route.ts';
import { findSchedule } from './find-schedule.ts';

export const deleteSchedule = siteRoute({
  method: 'DELETE',
  path: '/v1.1/sites/:site/access_groups/:group/time_schedules/:schedule',
  handle: (call) => {
    requireSubscription(call);
    const { id } = findSchedule(call);
    changeSchedules(call.state, findAccessGroup(call), call.now, (schedules) => schedules.delete(id));
    return empty(204);
  },
});
