import { uuid } from '@latchkey/contracts';
import { pageQuery } from '@latchkey/service-kit';
import { z } from 'zod';

export const idParams = z.strictObject({ id: uuid });
export type IdParams = z.infer<typeof idParams>;

/** A page of what belongs to locations, perhaps of one. */
export const locationPageQuery = pageQuery.extend({ locationId: uuid.optional() });
export type LocationPageQuery = z.infer<typeof locationPageQuery>;
