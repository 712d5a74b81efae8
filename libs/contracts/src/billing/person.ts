import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

/** Somebody known to the space. Name and e-mail stay with the billing gateway; its readers ask it for them. */
export const personState = z.object({
  id: z.uuid(),
  administratorOf: z.array(z.uuid()),
  memberOf: z.array(z.uuid()),
  /** Locations that know the person from invitations alone; older events do not tell. */
  inviteeOf: z.array(z.uuid()).default([]),
  /** The sign-ins that belong to this person. */
  accounts: z.array(z.object({ issuer: z.url(), subject: z.string().min(1) })),
  /** Rises when the name or the e-mail changes, so that readers know when to ask again. */
  contactVersion: z.int().min(1),
});

export type PersonState = z.infer<typeof personState>;
export const personEvents = defineAggregate('billing', 'person', topics.customers, personState);
