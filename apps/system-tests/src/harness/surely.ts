import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../system/api.ts';

const PATIENCE_MS = 90_000;
const PAUSE_MS = 250;

/**
 * Does what a caller does who wants something done although parts are down: repeats the call until it is answered with
 * anything but a failure of the service. The call has to be one that may be repeated.
 */
export async function surely<Result>(call: () => Promise<Result>): Promise<Result> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (isFinal(error) || performance.now() > givesUpAt) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** Whether repeating the call leads to the same answer. What is not an `ApiError` is no answer at all. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500 && error.code !== 'idempotency_in_progress';
}
