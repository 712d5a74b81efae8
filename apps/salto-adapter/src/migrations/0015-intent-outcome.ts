import { migration } from '@latchkey/service-kit';

/**
 * What the last answer to a write said. It was false wherever a membership became known by other ways than that answer (a
 * look, an adoption, a restore). An intent without it says all that is known: we have put or found the member there.
 */
export const intentOutcome = migration(15, 'intent outcome', 'ALTER TABLE group_intent DROP COLUMN outcome;');
