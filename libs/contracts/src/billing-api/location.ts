import { z } from 'zod';
import { timeZone } from '../values.ts';
import { aggregateBody, displayName, edit, pageOf } from './common.ts';

const gracePeriodMinutes = z.int().min(0).max(240);

export const newLocation = z
  .strictObject({ name: displayName, timeZone, gracePeriodMinutes: gracePeriodMinutes.default(30) })
  .meta({ id: 'NewLocation' });
export type NewLocation = z.infer<typeof newLocation>;

/** A corrected zone plans every open booking anew from its wall time. */
export const locationEdit = edit({ name: displayName, timeZone, gracePeriodMinutes }).meta({ id: 'LocationEdit' });
export type LocationEdit = z.infer<typeof locationEdit>;

export const locationBody = z
  .object({ ...aggregateBody, name: z.string(), timeZone, gracePeriodMinutes })
  .meta({ id: 'Location' });
export type LocationBody = z.infer<typeof locationBody>;
export const locationPage = pageOf(locationBody, 'LocationPage');
