import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/**
 * Repeats `check` until it neither throws nor returns false, and returns what it returned.
 * When the time is up it throws with the last error as the cause.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 25 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const attempt = await outcome(check);
    if ('value' in attempt) return attempt.value;
    if (performance.now() >= deadline) {
      throw new Error(`Not so within ${timeoutMs} ms: ${attempt.error.message}`, { cause: attempt.error });
    }
    await delay(intervalMs);
  }
}

async function outcome<T>(check: () => T | Promise<T>): Promise<{ value: T } | { error: Error }> {
  try {
    const value = await check();
    return value === false ? { error: new Error('the check returned false') } : { value };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
