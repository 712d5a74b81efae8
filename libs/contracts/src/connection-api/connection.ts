import { z } from 'zod';
import { groupLintCode } from '../access-api/site-check.ts';
import { connectionState, keyVisibility } from '../access/connection.ts';
import { instant } from '../values.ts';

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

/** Whoever disconnects names the site that was shown: what is confirmed is what was seen (S8.1). */
export const newDisconnection = z
  .strictObject({
    siteId: z.uuid(),
    /** Revoke everything first, then disconnect. Asked again with false, it waits no longer. */
    revokesFirst: z.boolean().default(false),
  })
  .meta({ id: 'NewDisconnection' });
export type NewDisconnection = z.infer<typeof newDisconnection>;

const membership = z.object({ memberId: z.uuid(), groupId: z.string() });

/** Who would stay in which groups if the location were disconnected now. */
export const disconnectionPreview = z
  .object({ siteId: z.uuid(), memberships: z.array(membership) })
  .meta({ id: 'DisconnectionPreview' });
export type DisconnectionPreview = z.infer<typeof disconnectionPreview>;

/** How far a disconnect has come, and who is left in Salto's groups, to be revoked in Salto's dashboard. */
export const disconnectionBody = z
  .object({
    siteId: z.uuid(),
    state: z.enum(['revoking', 'ending', 'done']),
    revokesFirst: z.boolean(),
    requestedAt: instant,
    requestedBy: z.string(),
    /** From when on nothing was granted or revoked any more. */
    endedAt: instant.nullable(),
    /** Whether the list was read back from Salto after that; otherwise it is what our records say. */
    isReadBack: z.boolean(),
    leftOpen: z.array(membership),
  })
  .meta({ id: 'Disconnection' });
export type DisconnectionBody = z.infer<typeof disconnectionBody>;
