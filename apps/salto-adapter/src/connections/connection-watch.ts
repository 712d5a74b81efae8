import { logger } from '@latchkey/service-kit';
import type { Work } from '../work-loop.ts';
import type { ConnectionRepository } from './connection.repository.ts';
import type { Connections } from './connections.ts';

const log = logger('connection-watch');
const CHECK_EVERY_SECONDS = 300;

/**
 * Checks each connection every five minutes, whichever replica comes first: one that lost its role or its site's
 * subscription is found before a grant fails, and one that got it back goes on by itself.
 */
export class ConnectionWatch implements Work {
  readonly name = 'connection-watch';
  readonly lanes = 1;
  readonly lookEveryMs = 30_000;
  readonly #rows: ConnectionRepository;
  readonly #connections: Connections;

  constructor(rows: ConnectionRepository, connections: Connections) {
    this.#rows = rows;
    this.#connections = connections;
  }

  /** Checks those whose turn it is. One that Salto does not tell of is left for its next turn. */
  readonly next = async (): Promise<boolean> => {
    for (const connectionId of await this.#rows.takeForCheck(CHECK_EVERY_SECONDS)) {
      await this.#connections.check(connectionId).catch((error: unknown) => {
        log.warn({ error, connectionId }, 'a connection could not be checked');
      });
    }
    return false;
  };
}
