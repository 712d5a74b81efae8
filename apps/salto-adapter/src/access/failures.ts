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

/** A failure that belongs to one group or user; anything else (a lost lock, a lost database) ends the attempt. */
export type DoorFailure = SaltoKsError | AttemptError;

/** Narrows what was thrown around a call to Salto; rethrows what ends the attempt. */
export function asDoorFailure(error: unknown): DoorFailure {
  if (error instanceof SaltoKsError || (error instanceof AttemptError && error.code !== LOCK_LOST)) return error;
  throw error;
}

/** The session that held the pair's lock is gone: somebody else may hold it now, so nothing more may be written. */
export const LOCK_LOST = 'pair_lock_lost';

const LONGEST_BURST_PAUSE_MS = 10_000;

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
    const { retry, retryAt = 0 } = this.failure;
    return retry === 'soon' && retryAt - Date.now() > LONGEST_BURST_PAUSE_MS ? 'later' : retry;
  }

  get retryAt(): number | undefined {
    return this.failure.retryAt;
  }

  /** The first detail of the `ApplicationFailure`. */
  get details(): readonly [readonly GroupOutcome[]] {
    return [this.groups];
  }
}
