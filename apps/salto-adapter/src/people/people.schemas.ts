import { pageQuery } from '@latchkey/service-kit';
import { z } from 'zod';

export const memberParams = z.strictObject({ locationId: z.uuid(), memberId: z.uuid() });
export type MemberParams = z.infer<typeof memberParams>;

export const saltoUserQuery = pageQuery.extend({
  /** Only those that something keeps from being as they should. */
  failing: z.stringbool().optional(),
});
export type SaltoUserQuery = z.infer<typeof saltoUserQuery>;

export type PageQuery = z.infer<typeof pageQuery>;
