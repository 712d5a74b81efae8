import { z } from 'zod';

export const locationParams = z.strictObject({ locationId: z.uuid() });
export type LocationParams = z.infer<typeof locationParams>;

export const groupSearch = z.strictObject({
  /** A part of the group's name, in either case. */
  search: z.string().trim().max(200).optional(),
});
export type GroupSearch = z.infer<typeof groupSearch>;
