import { json } from '../http/answer.ts';
import { controlRoute } from './control-route.ts';

/** The writes that were not answered and are not yet done. */
export const listLateWrites = controlRoute({
  method: 'GET',
  path: '/_fake/late-writes',
  handle: ({ world }) => json(200, { items: world.lateWrites.all() }),
});

/** Does them now, in their order. */
export const releaseLateWrites = controlRoute({
  method: 'POST',
  path: '/_fake/late-writes/release',
  handle: async ({ world }) => json(200, { items: await world.lateWrites.release() }),
});
