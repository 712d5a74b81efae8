/** SQL of the table behind `Idempotency-Key`, for a migration of each service that has POST routes. */
export const createIdempotencyKeyTable = `
  CREATE TABLE idempotency_key (
    caller      text        NOT NULL,
    route       text        NOT NULL,
    key         text        NOT NULL,
    body_sha256 bytea       NOT NULL,
    status      int2        NOT NULL,
    -- json, not jsonb: the repeated answer has its members in the order of the first
    body        json,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, route, key)
  );
  CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at);
`;
