import { z } from 'zod';
import { uuid } from '../values.ts';

/** What the gateway answers about every aggregate; `version` is also its ETag. */
export const aggregateBody = {
  id: uuid,
  version: z.int().min(1),
};

/** A display name, 1–120 characters without spaces around it. */
export const displayName = z.string().trim().min(1).max(120);

/** One page of a list, oldest first. */
export function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  return z
    .object({
      items: z.array(item),
      /** Present while there is more: ask for the next page with it. */
      nextCursor: z.string().optional(),
    })
    .meta({ id });
}

/** At least one field, or there is nothing to change. */
export function edit<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject(shape)
    .partial()
    .refine((body) => Object.keys(body).length > 0, 'nothing to change');
}
