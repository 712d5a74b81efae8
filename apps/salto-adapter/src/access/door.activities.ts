import type { ApplyRequest, ApplyResult, DoorActivities, Pair, PrepareRequest } from '@latchkey/access-workflows';
import { isDatabaseUnavailable, logger } from '@latchkey/service-kit';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Access } from './access.ts';
import { AttemptError, AttemptFailed } from './failures.ts';

const log = logger('door-activities');

/** What workflows ask of Salto KS. Whatever goes wrong leaves as `AttemptFailed`, hence without names and tokens. */
export class Doors implements DoorActivities {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  // Temporal takes an object's own functions.
  readonly applyAccess = (request: ApplyRequest): Promise<ApplyResult> =>
    attempted(request, () => this.#access.apply(request));

  readonly prepareMember = (request: PrepareRequest): Promise<void> =>
    attempted(request, () => this.#access.prepare(request));
}

async function attempted<T>({ siteId, memberId }: Pair, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const failed = failedAttempt(error);
    log.warn(
      { siteId, memberId, code: failed.code, error: error instanceof AttemptFailed ? error.failure : error },
      'an attempt failed',
    );
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
