import { disconnectionOptions, waitNoLongerSignal } from '@latchkey/access-workflows';
import { logger } from '@latchkey/service-kit';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import type { Queries } from '../database/queries.ts';
import { openOnes, type Disconnection } from './disconnection.repository.ts';

const log = logger('disconnection-starter');
const EVERY_MS = 2_000;

/** Sees to it that the workflow of each disconnect runs, whatever was killed between the wish and its start. */
export class DisconnectionStarter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #client: Client;
  readonly #database: Queries;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(client: Client, database: Queries) {
    this.#client = client;
    this.#database = database;
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
    try {
      for (const one of await openOnes(this.#database)) await this.#start(one);
    } catch (error) {
      log.warn({ error }, 'disconnects could not be started; tried again');
    }
  }

  /** One that runs goes on; who does not want to wait any longer is heard each time, which is harmless. */
  async #start({ id: disconnectionId, locationId, siteId, revokesFirst }: Disconnection): Promise<void> {
    const options = disconnectionOptions({ version: 1, disconnectionId, locationId, siteId, revokesFirst });
    if (revokesFirst) await this.#client.workflow.start('disconnection', options);
    else await this.#client.workflow.signalWithStart('disconnection', { ...options, signal: waitNoLongerSignal });
  }
}
