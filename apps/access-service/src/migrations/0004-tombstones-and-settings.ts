import { createIdempotencyKeyTable, createRedrivenDeadLetters, migration } from '@latchkey/service-kit';

/**
 * A `deleted` event may be the first that is heard of an aggregate. Its tombstone must be kept all the same, or a
 * redriven older event would bring the aggregate to life; nothing but id and version is known of it.
 */
const tombstonesWithoutState = `
ALTER TABLE location
  ALTER time_zone DROP NOT NULL,
  ALTER grace_period_minutes DROP NOT NULL,
  ADD CHECK (deleted_at IS NOT NULL OR num_nulls(time_zone, grace_period_minutes) = 0);

ALTER TABLE plan
  ALTER location_id DROP NOT NULL,
  ALTER is_open_to_sign_up DROP NOT NULL,
  ADD CHECK (deleted_at IS NOT NULL OR num_nulls(location_id, is_open_to_sign_up) = 0);

ALTER TABLE resource
  ALTER location_id DROP NOT NULL,
  ALTER kind DROP NOT NULL,
  ALTER capacity DROP NOT NULL,
  ADD CHECK (deleted_at IS NOT NULL OR num_nulls(location_id, kind, capacity) = 0);

ALTER TABLE company
  ALTER location_id DROP NOT NULL,
  ADD CHECK (deleted_at IS NOT NULL OR location_id IS NOT NULL);

ALTER TABLE subscription
  DROP CONSTRAINT subscription_check,
  ALTER location_id DROP NOT NULL,
  ALTER start_on DROP NOT NULL,
  ALTER made_at DROP NOT NULL,
  ADD CHECK (deleted_at IS NOT NULL OR num_nulls(location_id, start_on, made_at) = 0),
  ADD CHECK (deleted_at IS NOT NULL OR num_nulls(person_id, company_id) = 1);

ALTER TABLE booking
  ALTER location_id DROP NOT NULL,
  ALTER resource_id DROP NOT NULL,
  ALTER owner_id DROP NOT NULL,
  ALTER starts_at DROP NOT NULL,
  ALTER ends_at DROP NOT NULL,
  ALTER made_at DROP NOT NULL,
  ADD CHECK (deleted_at IS NOT NULL OR num_nulls(location_id, resource_id, owner_id, starts_at, ends_at, made_at) = 0);
`;

/** Who chose a setting: `person:<id>` or `service:<client>`; null for what was chosen before this was kept. */
const whoChose = `
ALTER TABLE access_setting ADD chosen_by text;
CREATE INDEX grant_row_member ON grant_row (member_id);
`;

export const createTombstonesAndSettings = migration(
  4,
  'tombstones-and-settings',
  tombstonesWithoutState + whoChose + createIdempotencyKeyTable + createRedrivenDeadLetters,
);
