import { createIdempotencyKeyTable, createOutbox, migration } from '@latchkey/service-kit';

export const outboxAndIdempotency = migration(
  6,
  'outbox-and-idempotency',
  `${createOutbox}\n${createIdempotencyKeyTable}`,
);
