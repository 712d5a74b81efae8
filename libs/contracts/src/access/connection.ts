import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

export const connectionStatus = z.enum([
  'connected',
  'degraded',
  'needs_reconnect',
  'insufficient_permissions',
  'disconnected',
]);

/** A location's link to a Salto KS site, as the adapter sees it. */
export const connectionState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  siteId: z.uuid(),
  status: connectionStatus,
});

export type ConnectionState = z.infer<typeof connectionState>;
export const connectionEvents = defineAggregate('access', 'connection', topics.connections, connectionState);
