import { disconnectionOptions, waitNoLongerSignal } from '@latchkey/access-workflows';
import { logger } from '@latchkey/service-kit';
import type { Client } from '@temporalio/client';
import type { Queries } from '../database/queries.ts';
import type { Work } from '../work-loop.ts';
import { openOnes, type Disconnection } from './disconnection.repository.ts';

const log = logger('disconnection-starter');

/** Sees to it that the workflow of each disconnect runs, whatever was killed, or terminated it, since the wish. */
export class DisconnectionStarter implements Work {
  readonly name = 'disconnection-starter';
  readonly lanes = 1;
  readonly lookEveryMs = 2_000;
  readonly #client: Client;
  readonly #database: Queries;
  /** Disconnects whose workflow was told not to wait: each signal makes its history longer. */
  #told: ReadonlySet<string> = new Set();

  constructor(client: Client, database: Queries) {
    this.#client = client;
    this.#database = database;
  }

  readonly next = async (): Promise<boolean> => {
    const open = await openOnes(this.#database);
    const told = new Set<string>();
    for (const one of open) {
      try {
        await this.#start(one);
        if (!one.revokesFirst) told.add(one.id);
      } catch (error) {
        // The others' turn must not depend on it.
        log.warn({ error, disconnectionId: one.id }, 'the workflow of a disconnect could not be started; tried again');
      }
    }
    this.#told = told;
    return false;
  };

  /** One that runs goes on; it may have been started when somebody still wanted to wait. */
  async #start({ id: disconnectionId, locationId, siteId, revokesFirst }: Disconnection): Promise<void> {
    const options = disconnectionOptions({ version: 1, disconnectionId, locationId, siteId, revokesFirst });
    if (revokesFirst || this.#told.has(disconnectionId)) await this.#client.workflow.start('disconnection', options);
    else await this.#client.workflow.signalWithStart('disconnection', { ...options, signal: waitNoLongerSignal });
  }
}
