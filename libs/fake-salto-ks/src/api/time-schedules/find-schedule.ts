import type { TimeSchedule } from '../../door/schedule.ts';
import { guessed } from '../../http/errors.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import type { SiteCall } from '../api-route.ts';

/** The schedule of the path's `:schedule` in the path's group. */
export function findSchedule(call: SiteCall<unknown>): TimeSchedule {
  const schedule = findAccessGroup(call).time_schedules.get(call.param('schedule'));
  if (!schedule) throw guessed.notFound('Time schedule');
  return schedule;
}
