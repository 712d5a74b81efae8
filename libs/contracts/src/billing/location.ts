import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';
import { timeZone } from '../values.ts';

/** A place with doors, in one time zone. */
export const locationState = z.object({
  id: z.uuid(),
  timeZone,
  /** How long before and after a booking access is open. */
  gracePeriodMinutes: z.int().min(0).max(240),
});

export type LocationState = z.infer<typeof locationState>;
export const locationEvents = defineAggregate('billing', 'location', topics.catalogue, locationState);
