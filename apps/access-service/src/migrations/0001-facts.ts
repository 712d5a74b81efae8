import { migration } from '@latchkey/service-kit';

/**
 * What other services told us, by aggregate, with the version that was applied last. A deleted aggregate stays as a
 * tombstone (`deleted_at`), so that an older event cannot bring it back. No foreign keys: topics arrive in any order.
 */
export const createFacts = migration(
  1,
  'facts',
  `
CREATE TABLE location (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  time_zone text NOT NULL,
  grace_period_minutes int NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE plan (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  location_id uuid NOT NULL,
  is_open_to_sign_up boolean NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE resource (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  location_id uuid NOT NULL,
  kind text NOT NULL,
  capacity int NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE person (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  administrator_of uuid[] NOT NULL DEFAULT '{}',
  member_of uuid[] NOT NULL DEFAULT '{}',
  deleted_at timestamptz
);

CREATE TABLE person_account (
  issuer text NOT NULL,
  subject text NOT NULL,
  person_id uuid NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX person_account_person ON person_account (person_id);

CREATE TABLE company (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  location_id uuid NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE company_person (
  company_id uuid NOT NULL,
  person_id uuid NOT NULL,
  is_manager boolean NOT NULL,
  PRIMARY KEY (company_id, person_id)
);
CREATE INDEX company_person_person ON company_person (person_id, company_id);

CREATE TABLE subscription (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  location_id uuid NOT NULL,
  person_id uuid,
  company_id uuid,
  start_on date NOT NULL,
  last_day_on date,
  cancelled_at timestamptz,
  made_at timestamptz NOT NULL,
  replaces_id uuid,
  replaced_by_id uuid,
  deleted_at timestamptz,
  CHECK ((person_id IS NULL) <> (company_id IS NULL))
);
CREATE INDEX subscription_person ON subscription (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX subscription_company ON subscription (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX subscription_location ON subscription (location_id);

-- copied_group_ids: the setting of the item's plan or resource as it was when the subscription was made (S2.2).
CREATE TABLE subscription_item (
  id uuid PRIMARY KEY,
  subscription_id uuid NOT NULL,
  plan_id uuid,
  resource_id uuid,
  copied_group_ids text[] NOT NULL,
  CHECK ((plan_id IS NULL) <> (resource_id IS NULL))
);
CREATE INDEX subscription_item_subscription ON subscription_item (subscription_id);

CREATE TABLE booking (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  location_id uuid NOT NULL,
  resource_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  company_id uuid,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  cancelled_at timestamptz,
  made_at timestamptz NOT NULL,
  deleted_at timestamptz
);
CREATE INDEX booking_resource ON booking (resource_id, ends_at);
CREATE INDEX booking_location ON booking (location_id, ends_at);

-- The owner and the invitees. ends_at is the booking's: a plan skips the member's thousands of past bookings.
CREATE TABLE booking_person (
  booking_id uuid NOT NULL,
  person_id uuid NOT NULL,
  ends_at timestamptz NOT NULL,
  PRIMARY KEY (booking_id, person_id)
);
CREATE INDEX booking_person_person ON booking_person (person_id, ends_at);

CREATE TABLE connection (
  location_id uuid PRIMARY KEY,
  id uuid NOT NULL,
  version bigint NOT NULL,
  site_id uuid NOT NULL,
  status text NOT NULL,
  deleted_at timestamptz
);
CREATE INDEX connection_site ON connection (site_id);

-- One row for each time that a choice was valid; "not selected" is an empty array, or no row at all.
CREATE TABLE access_setting (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject_kind text NOT NULL CHECK (subject_kind IN ('plan', 'resource', 'subscription_item')),
  subject_id uuid NOT NULL,
  group_ids text[] NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE UNIQUE INDEX access_setting_valid ON access_setting (subject_kind, subject_id) WHERE valid_to IS NULL;
CREATE INDEX access_setting_subject ON access_setting (subject_kind, subject_id, valid_from);
`,
);
