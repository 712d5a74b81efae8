import { forbidden, unprocessable, type Problem } from '@latchkey/service-kit';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';

const AGAIN = 'Begin again with Connect.';

/** What can keep a consent from being used, as the administrator is told. */
export const consentProblems = {
  /** Never begun, used already, or replaced by a newer one: which, is nobody's business who does not know the state. */
  unknown: () => unprocessable('consent_unknown', 'This consent was not begun here, or has been used already.', AGAIN),
  expired: () => unprocessable('consent_expired', 'The time for this consent is over.', AGAIN),
  cancelled: () =>
    unprocessable(
      'consent_cancelled',
      'The consent was cancelled on the page of Salto KS; nothing has changed.',
      AGAIN,
    ),
  failed: () => unprocessable('consent_failed', 'Salto KS gave no access; nothing has changed.', AGAIN),
  ofAnotherPerson: () =>
    forbidden(
      'consent_of_another_person',
      'Somebody else has begun this consent; only they can go on with it.',
      'If you meant to connect Salto KS, begin yourself with Connect.',
    ),
  /** Of a code that gave no tokens. The state is used up, so a Salto that did not answer means to begin again too. */
  ofExchange: (error: unknown): unknown => (error instanceof SaltoKsError ? ofSalto(error) : error),
};

function ofSalto(error: SaltoKsError): Problem {
  const detail = `Salto KS gave no access (${error.message}); nothing has changed.`;
  return unprocessable('consent_failed', detail, AGAIN);
}
