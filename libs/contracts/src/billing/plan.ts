import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

/** A membership plan that subscriptions are made from. */
export const planState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  isOpenToSignUp: z.boolean(),
});

export type PlanState = z.infer<typeof planState>;
export const planEvents = defineAggregate('billing', 'plan', topics.catalogue, planState);
