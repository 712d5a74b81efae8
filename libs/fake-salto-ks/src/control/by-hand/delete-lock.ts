import { empty } from '../../http/answer.ts';
import { controlRoute, unknownThing } from '../control-route.ts';

/** An installer takes a lock off its door: it is gone from the site and from every group. */
export const deleteLockByHand = controlRoute({
  method: 'DELETE',
  path: '/_fake/locks/:lock',
  handle: ({ world: { state }, param }) => {
    const lockId = param('lock');
    if (!state.locks.delete(lockId)) throw unknownThing('lock');
    for (const group of state.accessGroups.all()) group.lock_ids.delete(lockId);
    return empty(204);
  },
});
