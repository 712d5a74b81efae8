import { z } from 'zod';
import { instant, uuid } from '../values.ts';
import { aggregateBody, displayName, edit, pageOf } from './common.ts';

export const email = z.string().trim().pipe(z.email()).pipe(z.string().max(254));
const locationIds = z
  .array(uuid)
  .max(100)
  .refine((ids) => new Set(ids).size === ids.length, 'names a location twice');

/** Somebody known to at least one location. */
export const newPerson = z
  .strictObject({
    givenName: displayName,
    familyName: displayName,
    email,
    /** Only another system that has verified it may say so. */
    isEmailVerified: z.boolean().default(false),
    administratorOf: locationIds.default([]),
    memberOf: locationIds.default([]),
  })
  .refine(({ administratorOf, memberOf }) => administratorOf.length + memberOf.length > 0, 'needs a location')
  .meta({ id: 'NewPerson' });
export type NewPerson = z.infer<typeof newPerson>;

export const personEdit = edit({
  givenName: displayName,
  familyName: displayName,
  email,
  isEmailVerified: z.boolean(),
}).meta({ id: 'PersonEdit' });
export type PersonEdit = z.infer<typeof personEdit>;

export const personBody = z
  .object({
    ...aggregateBody,
    givenName: z.string(),
    familyName: z.string(),
    email: z.string(),
    isEmailVerified: z.boolean(),
    administratorOf: z.array(uuid),
    memberOf: z.array(uuid),
    /** Rises when a name or the e-mail changes. */
    contactVersion: z.int().min(1),
  })
  .meta({ id: 'Person' });
export type PersonBody = z.infer<typeof personBody>;
export const personPage = pageOf(personBody, 'PersonPage');

/** What somebody is at one location; at least one role (to leave, DELETE). */
export const personRoles = z
  .strictObject({ isAdministrator: z.boolean(), isMember: z.boolean() })
  .refine(({ isAdministrator, isMember }) => isAdministrator || isMember, 'needs a role')
  .meta({ id: 'PersonRoles' });
export type PersonRoles = z.infer<typeof personRoles>;

export const newInvitation = z
  .strictObject({ expiresInHours: z.int().min(1).max(720).default(168) })
  .meta({ id: 'NewInvitation' });
export type NewInvitation = z.infer<typeof newInvitation>;

export const invitationBody = z
  .object({
    personId: uuid,
    /** Works once. It is told only now: what is kept is its hash. */
    token: z.string(),
    expiresAt: instant,
  })
  .meta({ id: 'Invitation' });
export type InvitationBody = z.infer<typeof invitationBody>;
