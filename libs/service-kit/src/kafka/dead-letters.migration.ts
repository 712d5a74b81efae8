/**
 * Which dead letters were redriven; run it in a migration of a service that consumes.
 * The time is part of the key, since offsets begin anew when a topic is made anew.
 */
export const createRedrivenDeadLetters = `
CREATE TABLE redriven_dead_letter (
  topic text NOT NULL,
  "partition" int NOT NULL,
  "offset" bigint NOT NULL,
  buried_at timestamptz NOT NULL,
  event_id text,
  redriven_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (topic, "partition", "offset", buried_at)
);
`;
