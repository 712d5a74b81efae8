import { migration } from '@latchkey/service-kit';

/** The ledger, the revisions, and who must look again: see docs/adr/0004-ledger-and-fence.md. */
export const createLedger = migration(
  2,
  'ledger',
  `
-- One row. The epoch rises when the database is found to be a copy of an earlier one (epochs/).
CREATE TABLE installation (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  epoch int NOT NULL,
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason text NOT NULL,
  fingerprint text
);
INSERT INTO installation (epoch, reason) VALUES (1, 'installed');

-- changed_no rises with each change of what the entitlement's plan reads; planned_no is the change that the last plan saw.
CREATE TABLE entitlement (
  kind text NOT NULL CHECK (kind IN ('subscription', 'booking', 'manual')),
  id uuid NOT NULL,
  changed_no bigint NOT NULL DEFAULT 0,
  planned_no bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, id)
);
CREATE INDEX entitlement_unplanned ON entitlement (kind, id) WHERE changed_no > planned_no;

-- What one member should have at one site, and whether the adapter has confirmed it. Its row lock guards the ledger's
-- rows of the pair. caused_by: the entitlement whose workflow answers for an unconfirmed revision if no other does.
CREATE TABLE pair (
  site_id uuid NOT NULL,
  member_id uuid NOT NULL,
  epoch int NOT NULL,
  n int NOT NULL,
  desired jsonb NOT NULL DEFAULT '[]',
  removing jsonb NOT NULL DEFAULT '[]',
  decided_at timestamptz,
  urgency int NOT NULL DEFAULT 3,
  caused_by_kind text NOT NULL,
  caused_by_id uuid NOT NULL,
  confirmed_epoch int NOT NULL,
  confirmed_n int NOT NULL,
  is_confirmed boolean NOT NULL GENERATED ALWAYS AS (confirmed_epoch = epoch AND confirmed_n = n) STORED,
  verified_at timestamptz,
  blocked jsonb NOT NULL DEFAULT '{}',
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  failure jsonb,
  PRIMARY KEY (site_id, member_id)
) WITH (fillfactor = 70);
CREATE INDEX pair_caused_by ON pair (caused_by_kind, caused_by_id);

-- The ledger: entitlement x member x group at a site. status and error_code are for people and events; phase decides.
CREATE TABLE grant_row (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  version bigint NOT NULL DEFAULT 1,
  entitlement_kind text NOT NULL,
  entitlement_id uuid NOT NULL,
  location_id uuid NOT NULL,
  site_id uuid NOT NULL,
  member_id uuid NOT NULL,
  group_id text NOT NULL,
  opens_at timestamptz NOT NULL,
  closes_at timestamptz,
  phase text NOT NULL CHECK (phase IN ('open', 'revoking', 'ended', 'left_open')),
  due_at timestamptz NOT NULL,
  due_by text NOT NULL CHECK (due_by IN ('clock', 'change')),
  granted_at timestamptz,
  ended_at timestamptz,
  status text NOT NULL,
  error_code text,
  next_attempt_at timestamptz,
  UNIQUE (entitlement_kind, entitlement_id, member_id, site_id, group_id)
) WITH (fillfactor = 80);
CREATE INDEX grant_row_pair ON grant_row (site_id, member_id, closes_at);
CREATE INDEX grant_row_open ON grant_row (entitlement_kind, entitlement_id) WHERE phase IN ('open', 'revoking');
CREATE INDEX grant_row_status ON grant_row (status, due_at) WHERE phase IN ('open', 'revoking');
CREATE INDEX grant_row_location ON grant_row (location_id) WHERE phase IN ('open', 'revoking', 'left_open');
-- The ranks that pace wake-ups: who opens, or closes, at the same instant at the same site.
CREATE INDEX grant_row_opening ON grant_row (site_id, opens_at, entitlement_id) WHERE phase = 'open';
CREATE INDEX grant_row_closing ON grant_row (site_id, closes_at, entitlement_id) WHERE phase = 'open';

-- Memberships that the adapter confirmed to be ours: a restored adapter asks for them.
CREATE TABLE ownership (
  site_id uuid NOT NULL,
  member_id uuid NOT NULL,
  group_id text NOT NULL,
  confirmed_at timestamptz NOT NULL,
  PRIMARY KEY (site_id, member_id, group_id)
);

-- One row per change; deleted by its id, after the signal, so that a change in between keeps its own.
CREATE TABLE wakeup (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entitlement_kind text NOT NULL,
  entitlement_id uuid NOT NULL,
  signal text NOT NULL CHECK (signal IN ('changed', 'cancelled')),
  cause text NOT NULL,
  traceparent text,
  due_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX wakeup_due ON wakeup (due_at, id);
`,
);
