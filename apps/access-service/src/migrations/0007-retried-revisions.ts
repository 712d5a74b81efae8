import { migration } from '@latchkey/service-kit';

/** Whether the pair's newest revision was taken since somebody wants what was blocked to be tried again. */
export const createRetriedRevisions = migration(
  7,
  'retried-revisions',
  'ALTER TABLE pair ADD COLUMN is_retried boolean NOT NULL DEFAULT false;',
);
