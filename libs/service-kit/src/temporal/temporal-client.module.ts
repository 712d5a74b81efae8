import { Module, type BeforeApplicationShutdown, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import type { TemporalConfig } from './config.ts';
import { lazyConnection } from './connection.ts';

const CHECK_WITHIN_MS = 1_500;

/** Offers Temporal's `Client`. It connects with the first call, so that a server that is down delays no start. */
@Module({})
export class TemporalClientModule implements OnModuleInit, BeforeApplicationShutdown {
  readonly #client: Client;
  readonly #checks: ReadinessChecks;

  constructor(client: Client, checks: ReadinessChecks) {
    this.#client = client;
    this.#checks = checks;
  }

  static forRoot(config: TemporalConfig): DynamicModule {
    const connection = lazyConnection(config);
    const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
    return {
      module: TemporalClientModule,
      global: true,
      providers: [{ provide: Client, useValue: client }],
      exports: [Client],
    };
  }

  onModuleInit(): void {
    this.#checks.register('temporal', async () => {
      const { connection } = this.#client;
      const { namespace } = this.#client.options;
      await connection.withDeadline(Date.now() + CHECK_WITHIN_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return { ready: true };
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#client.connection.close();
  }
}
