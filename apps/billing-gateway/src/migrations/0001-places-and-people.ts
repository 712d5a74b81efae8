import { migration } from '@latchkey/service-kit';

/**
 * Every aggregate is one row, whose `version` is that of its newest event. A deleted one stays as a tombstone: id and
 * version, without names.
 */
export const placesAndPeople = migration(
  1,
  'places-and-people',
  `
  CREATE TABLE location (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    name text,
    time_zone text NOT NULL,
    grace_period_minutes int NOT NULL CHECK (grace_period_minutes BETWEEN 0 AND 240),
    CHECK ((name IS NULL) = (deleted_at IS NOT NULL))
  );

  CREATE TABLE person (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    given_name text,
    family_name text,
    email text,
    is_email_verified boolean NOT NULL,
    contact_version int NOT NULL CHECK (contact_version > 0),
    administrator_of uuid[] NOT NULL,
    member_of uuid[] NOT NULL,
    -- where somebody who is no member was invited to a booking
    invitee_of uuid[] NOT NULL,
    CHECK (num_nonnulls(given_name, family_name, email) = CASE WHEN deleted_at IS NULL THEN 3 ELSE 0 END)
  );
  CREATE UNIQUE INDEX person_email ON person (lower(email));
  CREATE INDEX person_locations ON person USING gin (administrator_of, member_of, invitee_of);

  CREATE TABLE account (
    issuer text NOT NULL,
    subject text NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    bound_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
  );
  CREATE INDEX account_person ON account (person_id);

  CREATE TABLE invitation (
    -- one at a time: a new one makes the older worthless
    person_id uuid PRIMARY KEY REFERENCES person,
    token_sha256 bytea NOT NULL,
    expires_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX invitation_token ON invitation (token_sha256);

  CREATE TABLE company (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    location_id uuid NOT NULL REFERENCES location,
    name text,
    manager_ids uuid[] NOT NULL,
    member_ids uuid[] NOT NULL,
    CHECK ((name IS NULL) = (deleted_at IS NOT NULL)),
    CHECK (NOT manager_ids && member_ids)
  );
  CREATE INDEX company_location ON company (location_id, id);
  CREATE INDEX company_people ON company USING gin (manager_ids, member_ids);
  `,
);
