import { migration } from '@latchkey/service-kit';

/**
 * `contact` is sealed; roles and sign-ins are copies of the gateway's events. A deleted person's row stays without it, so that a late event cannot bring it back.
 * `user_creation` is the intent to create a Salto user: nobody had the e-mail, so one who has it afterwards is ours.
 */
export const people = migration(
  2,
  'people',
  `CREATE TABLE person (
     member_id       uuid PRIMARY KEY,
     version         integer NOT NULL DEFAULT 0,
     contact_version integer NOT NULL DEFAULT 0,
     fetched_version integer NOT NULL DEFAULT 0,
     contact         text,
     accounts        jsonb NOT NULL DEFAULT '[]',
     administrator_of uuid[] NOT NULL DEFAULT '{}',
     member_of       uuid[] NOT NULL DEFAULT '{}',
     is_deleted      boolean NOT NULL DEFAULT false
   );
   CREATE INDEX person_accounts ON person USING gin (accounts jsonb_path_ops);
   CREATE TABLE salto_user (
     site_id            uuid NOT NULL,
     member_id          uuid NOT NULL,
     site_user_id       text NOT NULL,
     platform_id        text NOT NULL,
     origin             text NOT NULL CHECK (origin IN ('created', 'linked')),
     has_seat           boolean NOT NULL,
     linked_at          timestamptz NOT NULL,
     PRIMARY KEY (site_id, member_id),
     UNIQUE (site_id, platform_id),
     UNIQUE (site_id, site_user_id)
   );
   CREATE TABLE user_creation (
     site_id         uuid NOT NULL,
     member_id       uuid NOT NULL,
     contact_version integer NOT NULL,
     is_outstanding  boolean NOT NULL,
     written_at      timestamptz NOT NULL,
     PRIMARY KEY (site_id, member_id)
   );`,
);
