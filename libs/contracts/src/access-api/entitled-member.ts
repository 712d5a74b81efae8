import { z } from 'zod';
import { instant } from '../values.ts';

/** A member whom something entitles to an access group now. */
export const entitledMember = z.object({
  memberId: z.uuid(),
  /** Null where no end is known. */
  until: instant.nullable(),
});
export const entitledMembers = z.object({ items: z.array(entitledMember) }).meta({ id: 'EntitledMembers' });
export type EntitledMembers = z.infer<typeof entitledMembers>;
