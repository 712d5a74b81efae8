import { z } from 'zod';
import { demoSeed } from '../demo-seed.ts';
import { empty, json } from '../http/answer.ts';
import { applySeed, seedSchema } from '../seed.ts';
import { controlRoute } from './control-route.ts';

/** All that the fake remembers, as it would write it to its file. */
export const getState = controlRoute({
  method: 'GET',
  path: '/_fake/state',
  handle: ({ world }) => json(200, world.state.snapshot(world.now())),
});

/** Forgets everything: state, faults, held writes, calls, connections of the hub. The second
 * integration stops. Settings return to those of the start. `demo` then adds the demo again. */
export const reset = controlRoute({
  method: 'POST',
  path: '/_fake/reset',
  body: z.strictObject({ demo: z.boolean().default(false) }),
  handle: ({ world, body }) => {
    world.state.clear();
    world.faults.clear();
    world.lateWrites.clear();
    world.calls.clear();
    world.load.reset();
    world.hub.reset();
    world.secondIntegration.reset();
    if (body.demo) applySeed(world.state, seedSchema.parse(demoSeed()), world.now());
    return empty(204);
  },
});

/** Answers as soon as the program listens. */
export const getHealth = controlRoute({
  method: 'GET',
  path: '/_fake/health',
  handle: () => json(200, { status: 'ok' }),
});
