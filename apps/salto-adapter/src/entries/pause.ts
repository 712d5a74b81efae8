import { setTimeout as delay } from 'node:timers/promises';

/** setTimeout takes no more. */
const LONGEST_MS = 2 ** 31 - 1;

/** The sleep of one loop, which ends early when it is told to: once, or for good. */
export class Pause {
  #ending = new AbortController();
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @param until ends this one sleep too */
  async sleep(ms: number, until?: AbortSignal): Promise<void> {
    const { signal } = this.#ending;
    const any = until === undefined ? signal : AbortSignal.any([signal, until]);
    await delay(Math.min(Math.max(ms, 0), LONGEST_MS), undefined, { signal: any }).catch(() => undefined);
    if (signal.aborted && !this.#isOver) this.#ending = new AbortController();
  }

  /** Ends the sleep, or the next one where nobody sleeps. */
  wake(): void {
    this.#ending.abort();
  }

  /** Nobody sleeps any more. */
  end(): void {
    this.#isOver = true;
    this.#ending.abort();
  }
}
