import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

/**
 * `disconnecting`: everything is revoked, then it ends. Those after it need a person: work at the site waits, and goes on
 * when the connection works again.
 */
export const connectionStatus = z.enum([
  'connected',
  'degraded',
  'disconnecting',
  'needs_reconnect',
  'insufficient_permissions',
  'site_subscription_expired',
  'disconnected',
]);

/** Who a person is at a location, as far as the digital key's visibility distinguishes it (S1.5). */
export const keyRoles = ['administrator', 'member', 'company_manager', 'company_member', 'invitee'] as const;
export const keyRole = z.enum(keyRoles);
export type KeyRole = z.infer<typeof keyRole>;

/** The roles that see the digital key in the member app; none is a choice too. */
export const keyVisibility = z.array(keyRole).refine((roles) => new Set(roles).size === roles.length, 'each role once');

/** A location's link to a Salto KS site, as the adapter sees it. */
export const connectionState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  siteId: z.uuid(),
  status: connectionStatus,
  /** Events from before it could be chosen lack it: then everybody saw the key. */
  keyVisibility: keyVisibility.default([...keyRoles]),
});

export type ConnectionState = z.infer<typeof connectionState>;
export const connectionEvents = defineAggregate('access', 'connection', topics.connections, connectionState);
