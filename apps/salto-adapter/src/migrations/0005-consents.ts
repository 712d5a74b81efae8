import { migration } from '@latchkey/service-kit';

/**
 * A consent is begun (state and verifier), given (tokens and account, sealed), and gone once a site was chosen. Tokens
 * that nothing uses any more wait in `discarded_token` until Salto has revoked them; `sealed_as` is the row that they
 * were sealed for.
 */
export const consents = migration(
  5,
  'consents',
  `ALTER TABLE connection
     DROP CONSTRAINT connection_status_check,
     ADD CONSTRAINT connection_status_check CHECK (status IN ('connected', 'degraded', 'needs_reconnect',
       'insufficient_permissions', 'site_subscription_expired', 'disconnected')),
     ADD key_visibility text[] NOT NULL
       DEFAULT '{administrator,member,company_manager,company_member,invitee}',
     ADD consent_id uuid;
   CREATE TABLE consent (
     id                uuid PRIMARY KEY,
     location_id       uuid NOT NULL,
     issuer            text NOT NULL,
     subject           text NOT NULL,
     state_hash        text UNIQUE,
     code_verifier     text,
     account           text,
     refresh_token     text,
     access_token      text,
     access_expires_at timestamptz,
     expires_at        timestamptz NOT NULL
   );
   CREATE INDEX consent_expires_at ON consent (expires_at);
   CREATE TABLE discarded_token (
     id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     sealed       text NOT NULL,
     sealed_as    text NOT NULL,
     discarded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     next_try_at  timestamptz NOT NULL DEFAULT clock_timestamp()
   );
   CREATE INDEX discarded_token_next_try_at ON discarded_token (next_try_at);`,
);
