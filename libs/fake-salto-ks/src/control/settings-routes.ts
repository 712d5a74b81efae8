import { json } from '../http/answer.ts';
import { settingsSchema, type Settings } from '../settings.ts';
import { controlRoute } from './control-route.ts';

export const getSettings = controlRoute({
  method: 'GET',
  path: '/_fake/settings',
  handle: ({ world }) => json(200, world.state.settings),
});

/** Changes the settings that are named. */
export const updateSettings = controlRoute<Partial<Settings>>({
  method: 'PATCH',
  path: '/_fake/settings',
  body: settingsSchema.partial(),
  handle: ({ world, body }) => {
    world.state.settings = { ...world.state.settings, ...body };
    return json(200, world.state.settings);
  },
});
