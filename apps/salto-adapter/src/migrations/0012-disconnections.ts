import { migration } from '@latchkey/service-kit';

/**
 * A disconnect of a location from a site, until the two are connected again. Its id names the workflow that does it;
 * `left_open` is the list that the administrator gets (S8.1). A disconnected location has no tokens.
 */
export const disconnections = migration(
  12,
  'disconnections',
  `ALTER TABLE connection
     DROP CONSTRAINT connection_status_check,
     ADD CONSTRAINT connection_status_check CHECK (status IN ('connected', 'degraded', 'disconnecting',
       'needs_reconnect', 'insufficient_permissions', 'site_subscription_expired', 'disconnected')),
     ALTER refresh_token DROP NOT NULL,
     ADD CHECK (refresh_token IS NOT NULL OR status = 'disconnected');
   CREATE TABLE disconnection (
     id            uuid PRIMARY KEY,
     location_id   uuid NOT NULL,
     site_id       uuid NOT NULL,
     revokes_first boolean NOT NULL,
     requested_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
     requested_by  text NOT NULL,
     ended_at      timestamptz,
     is_read_back  boolean NOT NULL DEFAULT false,
     done_at       timestamptz,
     UNIQUE (location_id, site_id)
   );
   CREATE INDEX disconnection_open ON disconnection (requested_at) WHERE done_at IS NULL;
   CREATE TABLE left_open (
     disconnection_id uuid NOT NULL REFERENCES disconnection ON DELETE CASCADE,
     member_id        uuid NOT NULL,
     group_id         text NOT NULL,
     PRIMARY KEY (disconnection_id, member_id, group_id)
   );`,
);
