import { json } from '../../http/answer.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { changeSchedules } from '../../state/change-schedules.ts';
import { siteRoute } from '../api-route.ts';
import { findSchedule } from './find-schedule.ts';
import { scheduleFrom, scheduleSchema, type ScheduleBody } from './schedule-body.ts';

/** Public clients send all fields; a day that is left out is off (a guess). */
export const updateSchedule = siteRoute<ScheduleBody>({
  method: 'PATCH',
  path: '/v1.1/sites/:site/access_groups/:group/time_schedules/:schedule',
  body: scheduleSchema,
  handle: (call) => {
    requireSubscription(call);
    const schedule = scheduleFrom(call.body, findSchedule(call).id);
    changeSchedules(call.state, findAccessGroup(call), call.now, (schedules) => schedules.set(schedule.id, schedule));
    return json(200, schedule);
  },
});
