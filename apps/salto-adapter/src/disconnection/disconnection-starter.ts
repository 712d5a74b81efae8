import { disconnectionOptions, waitNoLongerSignal } from '@latchkey/access-workflows';
import type { Client } from '@temporalio/client';
import type { Queries } from '../database/queries.ts';
import type { Work } from '../work-loop.ts';
import { openOnes, type Disconnection } from './disconnection.repository.ts';

/** Sees to it that the workflow of each disconnect runs, whatever was killed between the wish and its start. */
export class DisconnectionStarter implements Work {
  readonly name = 'disconnection-starter';
  readonly lanes = 1;
  readonly lookEveryMs = 2_000;
  readonly #client: Client;
  readonly #database: Queries;

  constructor(client: Client, database: Queries) {
    this.#client = client;
    this.#database = database;
  }

  readonly next = async (): Promise<boolean> => {
    for (const one of await openOnes(this.#database)) await this.#start(one);
    return false;
  };

  /** One that runs goes on; who does not want to wait any longer is heard each time, which is harmless. */
  async #start({ id: disconnectionId, locationId, siteId, revokesFirst }: Disconnection): Promise<void> {
    const options = disconnectionOptions({ version: 1, disconnectionId, locationId, siteId, revokesFirst });
    if (revokesFirst) await this.#client.workflow.start('disconnection', options);
    else await this.#client.workflow.signalWithStart('disconnection', { ...options, signal: waitNoLongerSignal });
  }
}
