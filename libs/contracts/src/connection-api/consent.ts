import { z } from 'zod';

/** A consent that an administrator has begun: the browser goes to the address, and comes back within the time. */
export const begunConsent = z
  .object({ id: z.uuid(), authorizationUrl: z.url(), expiresAt: z.iso.datetime() })
  .meta({ id: 'BegunConsent' });
export type BegunConsent = z.infer<typeof begunConsent>;

/** Opaque text that Salto's identity server put into the address of our page. */
const parameter = z.string().min(1).max(4_000);

/** The parameters with which Salto's identity server sent the browser back; others are left out. */
export const consentCompletion = z
  .strictObject({
    state: parameter,
    code: parameter.optional(),
    /** `access_denied`: the owner of the Salto account cancelled. */
    error: parameter.optional(),
    /** Who answered (RFC 9207), where it says so. */
    iss: parameter.optional(),
  })
  .refine(({ code, error }) => (code === undefined) !== (error === undefined), 'either code or error')
  .meta({ id: 'ConsentCompletion' });
export type ConsentCompletion = z.infer<typeof consentCompletion>;

/** The Salto account that consented. For this administrator's eyes. */
export const saltoAccount = z.object({ id: z.string(), name: z.string(), email: z.string().nullable() });
export type SaltoAccount = z.infer<typeof saltoAccount>;

/** Who uses a site already; `location_of_yours`: choosing it needs the confirmation `share_site`. */
export const siteUse = z.enum(['free', 'this_location', 'location_of_yours', 'another_location']);
export type SiteUse = z.infer<typeof siteUse>;

/** A site that the account administers. */
export const offeredSite = z.object({
  id: z.uuid(),
  name: z.string(),
  timeZone: z.string().nullable(),
  isSubscriptionValid: z.boolean(),
  use: siteUse,
});
export type OfferedSite = z.infer<typeof offeredSite>;

/** A given consent, until a site is chosen. */
export const consentBody = z
  .object({
    id: z.uuid(),
    locationId: z.uuid(),
    expiresAt: z.iso.datetime(),
    account: saltoAccount,
    sites: z.array(offeredSite),
  })
  .meta({ id: 'Consent' });
export type ConsentBody = z.infer<typeof consentBody>;
