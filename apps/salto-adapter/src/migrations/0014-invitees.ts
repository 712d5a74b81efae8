import { migration } from '@latchkey/service-kit';

/** Which locations know a person by invitations alone: at a site that is shared it is theirs, as members are. */
export const invitees = migration(
  14,
  'invitees',
  `ALTER TABLE person ADD COLUMN invitee_of uuid[] NOT NULL DEFAULT '{}';`,
);
