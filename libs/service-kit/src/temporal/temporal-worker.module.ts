import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import { TemporalWorker, type TemporalWorkerOptions } from './temporal-worker.ts';

export interface TemporalWorkerModuleOptions {
  readonly imports?: ModuleMetadata['imports'];
  /** The providers that `useFactory` takes its activities from. */
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...providers: never[]) => TemporalWorkerOptions | Promise<TemporalWorkerOptions>;
}

/** Runs a Temporal worker as long as the application: started when all else is, drained before connections close. */
@Module({})
export class TemporalWorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #worker: TemporalWorker;
  readonly #checks: ReadinessChecks;

  constructor(worker: TemporalWorker, checks: ReadinessChecks) {
    this.#worker = worker;
    this.#checks = checks;
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: TemporalWorkerModuleOptions): DynamicModule {
    return {
      module: TemporalWorkerModule,
      imports,
      providers: [
        {
          provide: TemporalWorker,
          inject,
          useFactory: async (...providers: never[]) => new TemporalWorker(await useFactory(...providers)),
        },
      ],
      exports: [TemporalWorker],
    };
  }

  onApplicationBootstrap(): void {
    this.#checks.register('temporal-worker', () => ({
      ready: this.#worker.state === 'RUNNING',
      detail: this.#worker.state,
    }));
    this.#worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#worker.stop();
  }
}
