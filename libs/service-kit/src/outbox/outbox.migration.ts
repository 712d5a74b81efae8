/**
 * The tables of the outbox and its relay; run it in a migration of the service.
 * A republished state stands beside the original row: only first publications are unique by version.
 */
export const createOutbox = `
CREATE TABLE outbox_message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  event_type text NOT NULL,
  topic text NOT NULL,
  aggregate_type text NOT NULL,
  aggregate_id text NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  is_republished boolean NOT NULL DEFAULT false,
  occurred_at timestamptz NOT NULL,
  data jsonb NOT NULL,
  traceparent text,
  appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  last_error text
);
CREATE UNIQUE INDEX outbox_message_version ON outbox_message (aggregate_type, aggregate_id, version)
  WHERE NOT is_republished;
CREATE INDEX outbox_message_pending ON outbox_message (id) WHERE published_at IS NULL;
CREATE INDEX outbox_message_backing_off ON outbox_message (aggregate_type, aggregate_id)
  WHERE published_at IS NULL AND next_attempt_at IS NOT NULL;
CREATE INDEX outbox_message_published ON outbox_message (published_at) WHERE published_at IS NOT NULL;

CREATE TABLE outbox_lease (
  name text PRIMARY KEY,
  holder uuid NOT NULL,
  fence bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
`;
