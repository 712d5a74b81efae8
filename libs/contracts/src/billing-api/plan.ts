import { z } from 'zod';
import { uuid } from '../values.ts';
import { aggregateBody, displayName, edit, pageOf } from './common.ts';

export const newPlan = z
  .strictObject({ locationId: uuid, name: displayName, isOpenToSignUp: z.boolean().default(false) })
  .meta({ id: 'NewPlan' });
export type NewPlan = z.infer<typeof newPlan>;

export const planEdit = edit({ name: displayName, isOpenToSignUp: z.boolean() }).meta({ id: 'PlanEdit' });
export type PlanEdit = z.infer<typeof planEdit>;

export const planBody = z
  .object({ ...aggregateBody, locationId: uuid, name: z.string(), isOpenToSignUp: z.boolean() })
  .meta({ id: 'Plan' });
export type PlanBody = z.infer<typeof planBody>;
export const planPage = pageOf(planBody, 'PlanPage');
