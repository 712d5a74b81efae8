import { logger } from '@latchkey/service-kit';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { ConnectionRepository } from './connection.repository.ts';
import type { Connections } from './connections.ts';

const log = logger('connection-watch');
const LOOK_EVERY_MS = 30_000;
const CHECK_EVERY_SECONDS = 300;

/**
 * Checks each connection every five minutes, whichever replica comes first: one that lost its role or its site's
 * subscription is found before a grant fails, and one that got it back goes on by itself.
 */
export class ConnectionWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #rows: ConnectionRepository;
  readonly #connections: Connections;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(rows: ConnectionRepository, connections: Connections) {
    this.#rows = rows;
    this.#connections = connections;
  }

  /** Checks those whose turn it is. One that Salto does not tell of is left for its next turn. */
  async run(): Promise<void> {
    for (const connectionId of await this.#rows.takeForCheck(CHECK_EVERY_SECONDS)) {
      await this.#connections.check(connectionId).catch((error: unknown) => {
        log.warn({ error, connectionId }, 'a connection could not be checked');
      });
    }
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#tryRun());
    }, LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #tryRun(): Promise<void> {
    await this.run().catch((error: unknown) => log.warn({ error }, 'connections could not be checked; tried again'));
  }
}
