import { entitlementKind, grantStatusFilter } from '@latchkey/contracts';
import { pageQuery } from '@latchkey/service-kit';
import { z } from 'zod';

export const grantQuery = pageQuery.extend({
  locationId: z.uuid().optional(),
  groupId: z.string().min(1).max(200).optional(),
  status: grantStatusFilter.optional(),
});
export type GrantQuery = z.infer<typeof grantQuery>;

export const idParams = z.strictObject({ id: z.uuid() });
export type IdParams = z.infer<typeof idParams>;

export const entitlementParams = z.strictObject({ kind: entitlementKind, id: z.uuid() });
export type EntitlementParams = z.infer<typeof entitlementParams>;
