import { migration } from '@latchkey/service-kit';

/** One row: when the facts were last compared with the gateway's, so that replicas and restarts do not repeat it. */
export const createComparison = migration(
  5,
  'comparison',
  `
CREATE TABLE comparison (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  claimed_at timestamptz,
  finished_at timestamptz
);
INSERT INTO comparison DEFAULT VALUES;
`,
);
