import { z } from 'zod';
import { groupLintCode } from '../access-api/site-check.ts';
import { connectionState, keyVisibility } from '../access/connection.ts';

/** A location's connection as its administrators see it. */
export const connectionBody = connectionState
  .extend({ keyVisibility, version: z.int().min(1) })
  .meta({ id: 'Connection' });
export type ConnectionBody = z.infer<typeof connectionBody>;

export const keyVisibilityChoice = z.strictObject({ keyVisibility }).meta({ id: 'KeyVisibilityChoice' });
export type KeyVisibilityChoice = z.infer<typeof keyVisibilityChoice>;

/** What only happens when the administrator says that it is meant. */
export const connectionConfirmation = z.enum([
  /** Another location that the administrator manages too uses the site. */
  'share_site',
  /** The location leaves the site that it was connected to, which is a disconnect from there (S8). */
  'change_site',
]);

/**
 * Connects a location to a site that a consent offered. It names the account and the site as they were shown, so that
 * what is confirmed is what was seen.
 */
export const connectionChoice = z
  .strictObject({
    consentId: z.uuid(),
    accountId: z.string().min(1).max(200),
    /** The site's UUID; Salto refuses its readable id. */
    siteId: z.uuid(),
    /** Without it, what was chosen before; at first, every role. */
    keyVisibility: keyVisibility.optional(),
    confirmations: z.array(connectionConfirmation).max(10).default([]),
  })
  .meta({ id: 'ConnectionChoice' });
export type ConnectionChoice = z.infer<typeof connectionChoice>;

/** An access group of the site that a location is connected to. */
export const siteAccessGroup = z.object({ id: z.string(), name: z.string() });
export const siteAccessGroups = z.object({ items: z.array(siteAccessGroup) }).meta({ id: 'SiteAccessGroups' });
export type SiteAccessGroups = z.infer<typeof siteAccessGroups>;

/** An access group as one should see it before one chooses it (S1.3). */
export const inspectedAccessGroup = siteAccessGroup
  .extend({
    /** Everybody in it, and those of them who are no members of ours. */
    memberCount: z.int().min(0),
    foreignCount: z.int().min(0),
    problems: z.array(groupLintCode),
    /** Nobody can open a door by it. */
    opensNothing: z.boolean(),
  })
  .meta({ id: 'InspectedAccessGroup' });
export type InspectedAccessGroup = z.infer<typeof inspectedAccessGroup>;
