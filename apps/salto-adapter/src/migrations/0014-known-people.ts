import { migration } from '@latchkey/service-kit';

/**
 * Which locations know a person by invitations alone: at a site that is shared it is theirs, as members are. And the way
 * from a person to the sites that have heard of it, for what a newer contact may unblock.
 */
export const knownPeople = migration(
  14,
  'known-people',
  `ALTER TABLE person ADD COLUMN invitee_of uuid[] NOT NULL DEFAULT '{}';
   CREATE INDEX pair_member ON pair (member_id);`,
);
