import { migration } from '@latchkey/service-kit';

/** What doors say of members, kept for thirty days (S11.5); and the warning that a refusal leaves on a grant. */
export const createDoorEvents = migration(
  8,
  'door-events',
  `
CREATE TABLE door_event (
  site_id uuid NOT NULL,
  entry_id text NOT NULL,
  location_ids uuid[] NOT NULL,
  lock_id text NOT NULL,
  member_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('opened', 'refused')),
  reason text,
  access_by text,
  happened_at timestamptz NOT NULL,
  was_granted boolean NOT NULL,
  PRIMARY KEY (site_id, entry_id)
);
CREATE INDEX door_event_member ON door_event (member_id, happened_at, entry_id);
CREATE INDEX door_event_happened_at ON door_event (happened_at);
ALTER TABLE grant_row ADD door_warnings jsonb NOT NULL DEFAULT '[]';
CREATE INDEX grant_row_door_warnings ON grant_row (site_id, member_id) WHERE door_warnings <> '[]';
`,
);
