import { json } from '../http/answer.ts';
import { planSchema } from '../second-integration/plan.ts';
import { controlRoute } from './control-route.ts';

/** What the second integration does. */
export const getSecondIntegration = controlRoute({
  method: 'GET',
  path: '/_fake/second-integration',
  handle: ({ world }) => json(200, world.secondIntegration.plan),
});

/** Switches it on or off, and changes what it does. */
export const changeSecondIntegration = controlRoute({
  method: 'PATCH',
  path: '/_fake/second-integration',
  body: planSchema.partial(),
  handle: ({ world, body }) => json(200, world.secondIntegration.configure(body)),
});

/** Has it do one thing now, switched on or not; answers what, or null. */
export const stepSecondIntegration = controlRoute({
  method: 'POST',
  path: '/_fake/second-integration/step',
  handle: ({ world }) => json(200, world.secondIntegration.step() ?? null),
});
