import { z } from 'zod';
import { scheduleFrom, scheduleSchema } from '../../api/time-schedules/schedule-body.ts';
import type { TimeSchedule } from '../../door/schedule.ts';
import { empty, json } from '../../http/answer.ts';
import { AccessGroup } from '../../state/access-groups.ts';
import { changeSchedules } from '../../state/change-schedules.ts';
import type { World } from '../../world.ts';
import { badControl, controlRoute, unknownThing } from '../control-route.ts';

const bodySchema = z
  .strictObject({
    customer_reference: z.string().min(1),
    /** All its locks from now on. */
    lock_ids: z.array(z.string()),
    /** All its schedules from now on: none, or others with narrower hours. */
    time_schedules: z.array(scheduleSchema),
  })
  .partial();

/** Somebody in Salto's dashboard renames a group, or changes its locks or schedules. */
export const changeGroupByHand = controlRoute({
  method: 'PATCH',
  path: '/_fake/access_groups/:group',
  body: bodySchema,
  handle: ({ world, body, param }) => {
    const group = groupOf(world, param('group'));
    const { customer_reference, lock_ids, time_schedules } = body;
    for (const id of lock_ids ?? []) {
      if (world.state.locks.get(id)?.site_id !== group.site_id) throw badControl(`lock ${id} is not on this site`);
    }
    const record = {
      ...group.record(world.now()),
      ...(customer_reference !== undefined && { customer_reference }),
      ...(lock_ids && { lock_ids }),
    };
    const changed = new AccessGroup(record);
    const wanted = time_schedules?.map((schedule) => scheduleFrom(schedule));
    if (wanted) changeSchedules(world.state, changed, world.now(), (schedules) => replaceAll(schedules, wanted));
    return json(200, world.state.accessGroups.put(changed).record(world.now()));
  },
});

/** … or deletes one: its members have no more access by it. */
export const deleteGroupByHand = controlRoute({
  method: 'DELETE',
  path: '/_fake/access_groups/:group',
  handle: ({ world, param }) => {
    world.state.accessGroups.delete(groupOf(world, param('group')).id);
    return empty(204);
  },
});

function replaceAll(schedules: Map<string, TimeSchedule>, wanted: readonly TimeSchedule[]): void {
  schedules.clear();
  for (const schedule of wanted) schedules.set(schedule.id, schedule);
}

function groupOf({ state }: World, id: string): AccessGroup {
  const group = state.accessGroups.get(id);
  if (!group) throw unknownThing('access group');
  return group;
}
