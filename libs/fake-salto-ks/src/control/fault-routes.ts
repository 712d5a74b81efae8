import { z } from 'zod';
import { faultRuleSchema } from '../faults/fault-rule.ts';
import { empty, json } from '../http/answer.ts';
import { controlRoute, unknownThing } from './control-route.ts';

/** The faults that stand, with how often each was hit. */
export const listFaults = controlRoute({
  method: 'GET',
  path: '/_fake/faults',
  handle: ({ world }) => json(200, { items: world.faults.all() }),
});

/** Adds one rule or a list of them. */
export const addFaults = controlRoute({
  method: 'POST',
  path: '/_fake/faults',
  body: z.preprocess((given: unknown): unknown => (Array.isArray(given) ? given : [given]), z.array(faultRuleSchema)),
  handle: ({ world, body }) => json(200, { items: world.faults.add(body) }),
});

export const removeFaults = controlRoute({
  method: 'DELETE',
  path: '/_fake/faults',
  handle: ({ world }) => {
    world.faults.clear();
    return empty(204);
  },
});

export const removeFault = controlRoute({
  method: 'DELETE',
  path: '/_fake/faults/:id',
  handle: ({ world, param }) => {
    if (!world.faults.remove(param('id'))) throw unknownThing('fault');
    return empty(204);
  },
});
