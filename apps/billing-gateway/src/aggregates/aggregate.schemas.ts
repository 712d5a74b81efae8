import { pageQuery } from '@latchkey/service-kit';
import { z } from 'zod';

export const idParams = z.strictObject({ id: z.uuid() });
export type IdParams = z.infer<typeof idParams>;

/** A page of what belongs to locations, perhaps of one. */
export const locationPageQuery = pageQuery.extend({ locationId: z.uuid().optional() });
export type LocationPageQuery = z.infer<typeof locationPageQuery>;
