import { migration } from '@latchkey/service-kit';

/**
 * Reading the doors of a site (`entries/`). A site's row stays when it is disconnected, without `since`: the numbers of
 * its events must not begin again. `entry_seen` holds the ids of what was told, as long as it may be read again.
 */
export const entries = migration(
  10,
  'entries',
  `CREATE TABLE entry_log (
     site_id        uuid PRIMARY KEY,
     since          timestamptz,
     read_to        timestamptz NOT NULL,
     recorded_no    bigint NOT NULL DEFAULT 0,
     polled_at      timestamptz,
     looked_back_at timestamptz NOT NULL,
     lease_holder   uuid,
     lease_until    timestamptz
   );
   CREATE TABLE entry_seen (
     site_id     uuid NOT NULL,
     entry_id    text NOT NULL,
     recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     PRIMARY KEY (site_id, entry_id)
   );
   CREATE INDEX entry_seen_recorded_at ON entry_seen (recorded_at);`,
);
