import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';

export const resourceKind = z.enum(['room', 'desk', 'office', 'equipment', 'parking']);
export type ResourceKind = z.infer<typeof resourceKind>;

/** What can be booked or rented. */
export const resourceState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  kind: resourceKind,
  /** The most people whom a booking lets in, its owner included. */
  capacity: z.int().min(1),
});

export type ResourceState = z.infer<typeof resourceState>;
export const resourceEvents = defineAggregate('billing', 'resource', topics.catalogue, resourceState);
