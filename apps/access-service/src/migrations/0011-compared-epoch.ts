import { migration } from '@latchkey/service-kit';

/**
 * The newest epoch in which all facts have been compared since it began: one that is older than the installation's says
 * that this database was restored, and may not know of access that was given since the backup.
 */
export const createComparedEpoch = migration(
  11,
  'compared epoch',
  `
ALTER TABLE comparison ADD COLUMN epoch int NOT NULL DEFAULT 1;
UPDATE comparison SET epoch = installation.epoch FROM installation;
`,
);
