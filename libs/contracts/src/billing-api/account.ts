import { z } from 'zod';
import { uuid } from '../values.ts';
import { personBody } from './person.ts';

/** How a sign-in becomes a person: by the invitation's token, or, without one, by its verified e-mail. */
export const newAccount = z
  .strictObject({ invitationToken: z.string().min(1).max(200).optional() })
  .meta({ id: 'NewAccount' });
export type NewAccount = z.infer<typeof newAccount>;

export const meBody = z
  .object({
    person: personBody,
    account: z.object({ issuer: z.string(), subject: z.string() }),
    companies: z.array(z.object({ id: uuid, locationId: uuid, role: z.enum(['manager', 'member']) })),
  })
  .meta({ id: 'Me' });
export type MeBody = z.infer<typeof meBody>;
