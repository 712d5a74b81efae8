import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits for a condition.
 * @throws when it does not come true within `timeoutMs`
 */
export async function until(condition: () => boolean, timeoutMs = 4_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not so within ${timeoutMs} ms: ${condition.toString()}`);
    await wait(2);
  }
}
