import { migration } from '@latchkey/service-kit';

/** What a location offers: membership plans and resources. */
export const catalogue = migration(
  2,
  'catalogue',
  `
  CREATE TABLE plan (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    location_id uuid NOT NULL REFERENCES location,
    name text NOT NULL,
    is_open_to_sign_up boolean NOT NULL
  );
  CREATE INDEX plan_location ON plan (location_id, id);

  CREATE TABLE resource (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    location_id uuid NOT NULL REFERENCES location,
    kind text NOT NULL CHECK (kind IN ('room', 'desk', 'office', 'equipment', 'parking')),
    name text NOT NULL,
    capacity int NOT NULL CHECK (capacity > 0),
    bookable_by jsonb NOT NULL
  );
  CREATE INDEX resource_location ON resource (location_id, id);
  `,
);
