import { empty, json } from '../http/answer.ts';
import { controlRoute } from './control-route.ts';

/** All that the fake remembers, as it would write it to its file. */
export const getState = controlRoute({
  method: 'GET',
  path: '/_fake/state',
  handle: ({ world }) => json(200, world.state.snapshot(world.now())),
});

/** Forgets everything: state, faults, held writes, calls, connections of the hub. The second
 * integration stops. Settings return to those of the start. */
export const reset = controlRoute({
  method: 'POST',
  path: '/_fake/reset',
  handle: ({ world }) => {
    world.state.clear();
    world.faults.clear();
    world.lateWrites.clear();
    world.calls.clear();
    world.load.reset();
    world.hub.reset();
    world.secondIntegration.reset();
    return empty(204);
  },
});

/** Answers as soon as the program listens. */
export const getHealth = controlRoute({
  method: 'GET',
  path: '/_fake/health',
  handle: () => json(200, { status: 'ok' }),
});
