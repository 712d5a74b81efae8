import { migration } from '@latchkey/service-kit';

/** Every plan asks what of its members a check has held, among the thousands of strangers that checks report. */
export const createUndecidedFindings = migration(
  12,
  'undecided findings',
  `
CREATE INDEX drift_finding_left_over ON drift_finding (site_id, member_id)
  WHERE resolved_at IS NULL AND kind = 'left_over';
`,
);
