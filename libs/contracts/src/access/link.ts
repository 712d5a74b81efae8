import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

export const linkDecision = z.enum(['link', 'refuse']);
export type LinkDecision = z.infer<typeof linkDecision>;

/**
 * What may let a member without a Salto user have one: an administrator's word on a user that was there before, or a newer
 * contact of the member's.
 */
export const linkState = z.object({
  id: z.uuid(),
  siteId: z.uuid(),
  memberId: z.uuid(),
  /** Null where nobody has decided: the member's e-mail is another one now, or was verified. */
  decision: linkDecision.nullable(),
});

export type LinkState = z.infer<typeof linkState>;
export const linkEvents = defineAggregate('access', 'link', topics.connections, linkState);
