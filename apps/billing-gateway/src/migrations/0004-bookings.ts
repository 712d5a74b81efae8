import { migration } from '@latchkey/service-kit';

export const bookings = migration(
  4,
  'bookings',
  `
  CREATE TABLE booking (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    location_id uuid NOT NULL REFERENCES location,
    resource_id uuid NOT NULL REFERENCES resource,
    owner_id uuid NOT NULL REFERENCES person,
    invitee_ids uuid[] NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- the wall time that the person chose (text: no zone may be read into it)
    starts_local text NOT NULL,
    ends_local text NOT NULL,
    time_zone text NOT NULL,
    cancelled_at timestamptz,
    company_id uuid REFERENCES company,
    CHECK (ends_at > starts_at),
    CHECK (NOT owner_id = ANY (invitee_ids))
  );
  CREATE INDEX booking_resource ON booking (resource_id, ends_at);
  CREATE INDEX booking_location ON booking (location_id, ends_at);
  CREATE INDEX booking_owner ON booking (owner_id, ends_at);
  CREATE INDEX booking_company ON booking (company_id, ends_at) WHERE company_id IS NOT NULL;
  CREATE INDEX booking_invitees ON booking USING gin (invitee_ids);
  `,
);
