import { createOutbox, migration } from '@latchkey/service-kit';

/** Events of grants, published by the relay of the service kit. */
export const createGrantOutbox = migration(3, 'outbox', createOutbox);
