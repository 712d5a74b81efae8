import { migration } from '@latchkey/service-kit';

/**
 * Who holds a resource when: bookings and rentals in one table, so that one constraint keeps them apart (S4.6). It is
 * checked at the commit, because a swap passes through states that overlap.
 */
export const occupancy = migration(
  5,
  'occupancy',
  `
  CREATE EXTENSION IF NOT EXISTS btree_gist;
  CREATE TABLE occupancy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource_id uuid NOT NULL REFERENCES resource,
    booking_id uuid UNIQUE REFERENCES booking,
    subscription_id uuid REFERENCES subscription,
    during tstzrange NOT NULL CHECK (NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)),
    CHECK (num_nonnulls(booking_id, subscription_id) = 1),
    UNIQUE (subscription_id, resource_id),
    CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (resource_id WITH =, during WITH &&)
      DEFERRABLE INITIALLY DEFERRED
  );
  `,
);
