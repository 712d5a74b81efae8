import { empty, json } from '../http/answer.ts';
import { controlRoute } from './control-route.ts';

/** The largest number of calls in any second and at once since the last reset, in all and per site. */
export const getLoad = controlRoute({
  method: 'GET',
  path: '/_fake/load',
  handle: ({ world }) => json(200, world.load.report()),
});

export const resetLoad = controlRoute({
  method: 'DELETE',
  path: '/_fake/load',
  handle: ({ world }) => {
    world.load.reset();
    return empty(204);
  },
});
