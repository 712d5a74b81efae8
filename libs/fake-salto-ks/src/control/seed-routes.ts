import { json } from '../http/answer.ts';
import { applySeed, seedSchema, type Seed } from '../seed.ts';
import { controlRoute } from './control-route.ts';

/** Adds a world; answers how much there is now. */
export const addSeed = controlRoute<Seed>({
  method: 'POST',
  path: '/_fake/seed',
  body: seedSchema,
  handle: ({ world, body }) => {
    applySeed(world.state, body, world.now());
    const { sites, accounts, locks, accessGroups } = world.state;
    const counts = { sites, accounts, locks, access_groups: accessGroups };
    return json(200, Object.fromEntries(Object.entries(counts).map(([name, table]) => [name, table.all().length])));
  },
});
