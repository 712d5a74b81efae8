import { migration } from '@latchkey/service-kit';

/** Day passes are counted, not kept one by one: a batch says how many there are, bookings say which are taken. */
export const dayPasses = migration(
  7,
  'day-passes',
  `
  CREATE TABLE day_pass_batch (
    id uuid PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES company,
    -- the subscription that holds them: they pay for days of its period only
    subscription_id uuid REFERENCES subscription,
    count int NOT NULL CHECK (count > 0),
    valid_from date,
    valid_until date,
    made_at timestamptz NOT NULL,
    CHECK (valid_until >= valid_from)
  );
  CREATE INDEX day_pass_batch_company ON day_pass_batch (company_id, id);

  ALTER TABLE booking
    ADD COLUMN day_pass_batch_id uuid REFERENCES day_pass_batch,
    ADD CHECK ((company_id IS NULL) = (day_pass_batch_id IS NULL));
  CREATE INDEX booking_day_pass_batch ON booking (day_pass_batch_id) WHERE day_pass_batch_id IS NOT NULL;
  `,
);
