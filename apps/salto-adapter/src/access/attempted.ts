import type { Pair } from '@latchkey/access-workflows';
import { isDatabaseUnavailable, logger } from '@latchkey/service-kit';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { AttemptError, AttemptFailed, NotYetItsTurn } from './failures.ts';

const log = logger('activities');

/**
 * Runs what a workflow asked for. Whatever goes wrong leaves as `AttemptFailed`, hence without names and tokens.
 * @param about ids for the log
 */
export async function attempted<T>(
  { siteId, memberId }: Pick<Pair, 'siteId'> & Partial<Pair>,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const failed = failedAttempt(error);
    if (error instanceof NotYetItsTurn) {
      log.debug({ siteId, memberId, code: failed.code }, 'an attempt comes back for its turn');
    } else {
      log.warn(
        { siteId, memberId, code: failed.code, error: error instanceof AttemptFailed ? error.failure : error },
        'an attempt failed',
      );
    }
    throw failed;
  }
}

function failedAttempt(error: unknown): AttemptFailed {
  if (error instanceof AttemptFailed) return error;
  if (error instanceof SaltoKsError || error instanceof AttemptError) return new AttemptFailed(error);
  return new AttemptFailed(
    isDatabaseUnavailable(error)
      ? new AttemptError('database_unavailable', 'soon', "the adapter's database cannot be reached")
      : new AttemptError('internal_error', 'soon', 'the adapter failed; its log says why'),
  );
}
