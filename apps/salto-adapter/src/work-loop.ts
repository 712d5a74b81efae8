import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@latchkey/service-kit';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

const log = logger('work-loop');
const PAUSE_AFTER_TROUBLE_MS = 10_000;

export interface Work {
  /** For the log. */
  readonly name: string;
  /** How many at a time in this process. */
  readonly lanes: number;
  /** How long to wait when there was nothing to do. */
  readonly lookEveryMs: number;
  /** Does what is due longest, if anything is. @returns whether anything was */
  readonly next: () => Promise<boolean>;
}

/** Does work that waits in the database, from the process's start to its end; the work's own claims divide it. */
export class WorkLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #work: Work;
  readonly #stopping = new AbortController();
  #lanes: Promise<unknown> = Promise.resolve();

  constructor(work: Work) {
    this.#work = work;
  }

  onApplicationBootstrap(): void {
    this.#lanes = Promise.all(Array.from({ length: this.#work.lanes }, () => this.#run()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#lanes;
  }

  async #run(): Promise<void> {
    const { name, next, lookEveryMs } = this.#work;
    while (!this.#stopping.signal.aborted) {
      try {
        if (!(await next())) await this.#pause(lookEveryMs);
      } catch (error) {
        log.warn({ error, work: name }, 'work pauses');
        await this.#pause(PAUSE_AFTER_TROUBLE_MS);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
