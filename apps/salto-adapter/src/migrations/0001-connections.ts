import { migration } from '@latchkey/service-kit';

/** Tokens are sealed (`encryption/`); `token_version` rises with each rotation, so that a loser of a race notices. */
export const connections = migration(
  1,
  'connections',
  `CREATE TABLE connection (
     id                uuid PRIMARY KEY,
     location_id       uuid NOT NULL UNIQUE,
     site_id           uuid NOT NULL,
     status            text NOT NULL
       CHECK (status IN ('connected', 'degraded', 'needs_reconnect', 'insufficient_permissions', 'disconnected')),
     version           integer NOT NULL,
     refresh_token     text NOT NULL,
     access_token      text,
     access_expires_at timestamptz,
     token_version     integer NOT NULL DEFAULT 1,
     lease_holder      uuid,
     lease_until       timestamptz
   );
   CREATE INDEX connection_site ON connection (site_id);`,
);
