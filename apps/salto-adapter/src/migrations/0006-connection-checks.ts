import { migration } from '@latchkey/service-kit';

/** When a connection was last taken for a check, so that replicas share them. */
export const connectionChecks = migration(
  6,
  'connection-checks',
  'ALTER TABLE connection ADD checked_at timestamptz NOT NULL DEFAULT now();',
);
