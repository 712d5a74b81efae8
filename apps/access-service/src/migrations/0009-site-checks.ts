import { migration } from '@latchkey/service-kit';

/**
 * The check of a site (site-checks/). `pair.forced_urgency`: the next plan takes a revision even if nothing changed;
 * `pair.held`: groups that somebody took the member out of twice, so that a person decides. A finding is about a member,
 * or about a Salto user who is none; it is resolved when a later look does not show it any more.
 */
export const createSiteChecks = migration(
  9,
  'site-checks',
  `
ALTER TABLE pair ADD forced_urgency int, ADD held jsonb NOT NULL DEFAULT '{}';

CREATE TABLE site_check (
  site_id uuid PRIMARY KEY,
  checked_at timestamptz NOT NULL,
  verdict jsonb NOT NULL
);

CREATE TABLE site_group (
  site_id uuid NOT NULL,
  group_id text NOT NULL,
  seen_at timestamptz NOT NULL,
  is_missing boolean NOT NULL,
  foreign_count int NOT NULL,
  lint text[] NOT NULL DEFAULT '{}',
  linted_at timestamptz,
  PRIMARY KEY (site_id, group_id)
);

CREATE TABLE drift_finding (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  site_id uuid NOT NULL,
  group_id text NOT NULL,
  member_id uuid,
  salto_user_id text,
  kind text NOT NULL CHECK (kind IN ('missing', 'left_over', 'unexplained', 'foreign')),
  action text NOT NULL CHECK (action IN ('put_back', 'blocked', 'removing', 'held', 'adopting', 'leaving', 'reported')),
  found_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  resolved_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  CHECK (num_nulls(member_id, salto_user_id) = 1)
);
CREATE UNIQUE INDEX drift_finding_open ON drift_finding (site_id, group_id, kind, coalesce(member_id::text, salto_user_id))
  WHERE resolved_at IS NULL;
CREATE INDEX drift_finding_of ON drift_finding (site_id, found_at DESC);
`,
);
