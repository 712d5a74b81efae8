import { setTimeout as delay } from 'node:timers/promises';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';

export interface BudgetOptions {
  /** Requests that begin per second, evenly spaced; 0 = as many as come. */
  readonly perSecond: number;
  /** Requests that run at the same time; 0 = as many as come. */
  readonly atOnce: number;
}

/** A caller that would wait longer frees its place instead and comes back when told. */
const LONGEST_WAIT_MS = 5_000;

/**
 * What one connection may ask of Salto KS from this process. A `Retry-After` pauses all of its callers.
 * Times are of `now` (epoch ms).
 */
export class RequestBudget {
  readonly #options: BudgetOptions;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #nextAt = 0;

  constructor(options: BudgetOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
  }

  /** Nothing begins before `until`, epoch ms. */
  pauseUntil(until: number): void {
    this.#nextAt = Math.max(this.#nextAt, until);
  }

  /**
   * Runs `request` when its turn has come.
   * @throws SaltoKsError `rate_limited` with the reserved instant, where that is too far ahead to be waited for
   */
  async run<T>(request: () => Promise<T>): Promise<T> {
    await this.#turn();
    await this.#place();
    try {
      return await request();
    } catch (error) {
      if (error instanceof SaltoKsError && error.retryAt !== undefined) this.pauseUntil(error.retryAt);
      throw error;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    const now = this.#now();
    const at = Math.max(this.#nextAt, now);
    if (at - now > LONGEST_WAIT_MS) {
      throw new SaltoKsError('the budget of the connection is used up', {
        code: 'rate_limited',
        retry: 'soon',
        retryAt: at,
      });
    }
    if (this.#options.perSecond > 0) this.#nextAt = at + 1_000 / this.#options.perSecond;
    if (at > now) await delay(at - now);
  }

  async #place(): Promise<void> {
    const { atOnce } = this.#options;
    while (atOnce > 0 && this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }
}
