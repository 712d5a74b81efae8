import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

export const linkDecision = z.enum(['link', 'refuse']);
export type LinkDecision = z.infer<typeof linkDecision>;

/** An administrator's word on whether a Salto user that was there before is the member's. */
export const linkState = z.object({
  id: z.uuid(),
  siteId: z.uuid(),
  memberId: z.uuid(),
  decision: linkDecision,
});

export type LinkState = z.infer<typeof linkState>;
export const linkEvents = defineAggregate('access', 'link', topics.connections, linkState);
