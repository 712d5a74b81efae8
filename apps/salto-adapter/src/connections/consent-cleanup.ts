import { inTransaction, logger } from '@latchkey/service-kit';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import type { Consents } from './consents.ts';
import type { DiscardedTokens } from './discarded-tokens.ts';

const log = logger('consent-cleanup');
const EVERY_MS = 15_000;

/** Ends consents whose time is over, and revokes tokens that nothing uses any more. Replicas share the work. */
export class ConsentCleanup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #dataSource: DataSource;
  readonly #consents: Consents;
  readonly #discarded: DiscardedTokens;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(dataSource: DataSource, consents: Consents, discarded: DiscardedTokens) {
    this.#dataSource = dataSource;
    this.#consents = consents;
    this.#discarded = discarded;
  }

  async run(): Promise<void> {
    await this.#consents.endExpired();
    // While the row is locked nobody else revokes the same token.
    while (await inTransaction(this.#dataSource, (em) => this.#discarded.revokeNext(queriesOf(em))));
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#tryRun());
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #tryRun(): Promise<void> {
    await this.run().catch((error: unknown) => log.warn({ error }, 'old consents could not be ended; tried again'));
  }
}
