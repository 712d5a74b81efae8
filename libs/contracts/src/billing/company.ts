import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

/** A company whose people share its subscriptions. */
export const companyState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  managerIds: z.array(z.uuid()),
  memberIds: z.array(z.uuid()),
});

export type CompanyState = z.infer<typeof companyState>;
export const companyEvents = defineAggregate('billing', 'company', topics.customers, companyState);
