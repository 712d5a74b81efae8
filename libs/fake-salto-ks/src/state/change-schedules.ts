import type { TimeSchedule } from '../door/schedule.ts';
import type { AccessGroup } from './access-groups.ts';
import type { State } from './state.ts';

/** Changes the schedules of a group (by id); its locks hear of it after `schedule_spread_seconds`. `now` is epoch ms. */
export function changeSchedules(
  state: State,
  group: AccessGroup,
  now: number,
  change: (schedules: Map<string, TimeSchedule>) => void,
): void {
  group.changeSchedules(change, now + state.settings.schedule_spread_seconds * 1000);
}
