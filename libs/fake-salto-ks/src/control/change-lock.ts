import { z } from 'zod';
import { keepWhoHasAccess } from '../door/going-off-line.ts';
import { json } from '../http/answer.ts';
import { controlRoute, unknownThing } from './control-route.ts';

/** Takes a lock off line, or back. */
export const changeLock = controlRoute({
  method: 'PATCH',
  path: '/_fake/locks/:lock',
  body: z.strictObject({ online: z.boolean() }),
  handle: ({ world, body, param }) => {
    const lock = world.state.locks.get(param('lock'));
    if (!lock) throw unknownThing('lock');
    keepWhoHasAccess(world.state, lock, world.now());
    return json(200, world.state.locks.put({ ...lock, ...body }));
  },
});
