import { migration } from '@latchkey/service-kit';

export const subscriptions = migration(
  3,
  'subscriptions',
  `
  CREATE TABLE subscription (
    id uuid PRIMARY KEY,
    version int NOT NULL CHECK (version > 0),
    made_at timestamptz NOT NULL,
    deleted_at timestamptz,
    location_id uuid NOT NULL REFERENCES location,
    person_id uuid REFERENCES person,
    company_id uuid REFERENCES company,
    -- [{ kind, id, planId | resourceId }]; written with the row and by it alone
    items jsonb NOT NULL CHECK (jsonb_array_length(items) > 0),
    start_on date NOT NULL,
    -- the scheduled end and the last day of a cancellation at a date: the earlier one counts
    end_on date,
    cancel_on date,
    cancelled_at timestamptz,
    payment_status text NOT NULL CHECK (payment_status IN ('paid', 'unpaid', 'overdue')),
    replaces_id uuid REFERENCES subscription,
    replaced_by_id uuid REFERENCES subscription,
    CHECK (num_nonnulls(person_id, company_id) = 1),
    CHECK (end_on >= start_on),
    CHECK (cancel_on >= start_on)
  );
  CREATE INDEX subscription_location ON subscription (location_id, id);
  CREATE INDEX subscription_person ON subscription (person_id) WHERE person_id IS NOT NULL;
  CREATE INDEX subscription_company ON subscription (company_id) WHERE company_id IS NOT NULL;
  CREATE INDEX subscription_items ON subscription USING gin (items jsonb_path_ops);
  CREATE UNIQUE INDEX subscription_replaced_once ON subscription (replaces_id) WHERE replaces_id IS NOT NULL AND cancelled_at IS NULL;
  `,
);
