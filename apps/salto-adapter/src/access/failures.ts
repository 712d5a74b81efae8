import type { FailureCode } from '@latchkey/contracts';
import type { GroupOutcome } from '@latchkey/access-workflows';
import { SaltoKsError, type RetryClass } from '../salto-ks/salto-ks.errors.ts';

/** Why an attempt cannot go on, where Salto is not the reason. The message carries ids only. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly code: FailureCode;
  readonly retry: RetryClass;
  readonly retryAt: number | undefined;

  constructor(
    code: FailureCode,
    retry: RetryClass,
    message: string,
    options: { cause?: unknown; retryAt?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retry = retry;
    this.retryAt = options.retryAt;
  }
}

/** The attempt has not begun, since its turn in the connection's budget is not yet: it comes back at `retryAt`. */
export class NotYetItsTurn extends AttemptError {}

/** A failure that belongs to one group or user; anything else (a lost lock, a lost database, a turn that is not yet) ends the attempt. */
export type DoorFailure = SaltoKsError | AttemptError;

/** Narrows what was thrown around a call to Salto; rethrows what ends the attempt. */
export function asDoorFailure(error: unknown): DoorFailure {
  const endsAttempt = error instanceof NotYetItsTurn || (error instanceof AttemptError && error.code === LOCK_LOST);
  if (!endsAttempt && (error instanceof SaltoKsError || error instanceof AttemptError)) return error;
  throw error;
}

/** The session that held the pair's lock is gone: somebody else may hold it now, so nothing more may be written. */
export const LOCK_LOST = 'pair_lock_lost';

const LONGEST_BURST_PAUSE_MS = 10_000;
/** Who only waits for its turn has not failed, and nobody need be told so before it is late. */
const LONGEST_WAIT_IN_LINE_MS = 120_000;

/**
 * An attempt that has to be repeated, as it leaves the adapter: a code, a sentence without names, and what became of each
 * group. It has no `cause`, since Temporal would keep that in the workflow's history.
 */
export class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed';
  readonly failure: DoorFailure;
  readonly groups: readonly GroupOutcome[];

  constructor(failure: DoorFailure, groups: readonly GroupOutcome[] = []) {
    super(failure.message);
    this.failure = failure;
    this.groups = groups;
  }

  get code(): FailureCode {
    return this.failure.code;
  }

  /** A pause longer than a burst is the workflow's to wait, which shows it. */
  get retry(): RetryClass {
    const { code, retry, retryAt = 0 } = this.failure;
    const isInLine = this.failure instanceof NotYetItsTurn && code === 'rate_limited';
    const longestMs = isInLine ? LONGEST_WAIT_IN_LINE_MS : LONGEST_BURST_PAUSE_MS;
    return retry === 'soon' && retryAt - Date.now() > longestMs ? 'later' : retry;
  }

  get retryAt(): number | undefined {
    return this.failure.retryAt;
  }

  /** The first detail of the `ApplicationFailure`. */
  get details(): readonly [readonly GroupOutcome[]] {
    return [this.groups];
  }
}

/** What is repeated by its activity alone, as long as that may last, whatever Salto says: nobody else would repeat it. */
export class RepeatedAttempt extends AttemptFailed {
  override get retry(): RetryClass {
    return 'soon';
  }
}
