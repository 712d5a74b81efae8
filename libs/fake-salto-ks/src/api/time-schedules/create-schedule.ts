import { json } from '../../http/answer.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { changeSchedules } from '../../state/change-schedules.ts';
import { siteRoute } from '../api-route.ts';
import { scheduleFrom, scheduleSchema, type ScheduleBody } from './schedule-body.ts';

/** Measured: 200, and `end_time` comes back with its whole minute. */
export const createSchedule = siteRoute<ScheduleBody>({
  method: 'POST',
  path: '/v1.1/sites/:site/access_groups/:group/time_schedules',
  body: scheduleSchema,
  handle: (call) => {
    requireSubscription(call);
    const group = findAccessGroup(call);
    const schedule = scheduleFrom(call.body);
    changeSchedules(call.state, group, call.now, (schedules) => schedules.set(schedule.id, schedule));
    return json(200, schedule);
  },
});
