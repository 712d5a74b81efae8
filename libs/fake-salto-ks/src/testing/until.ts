import { setTimeout as wait } from 'node:timers/promises';

/** Waits for a condition; the test's own deadline ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(2);
}
