import { logger, ReadinessChecks } from '@latchkey/service-kit';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { Epochs } from '../epochs/epochs.ts';
import { GrantEvents } from '../grants/grant-events.ts';
import { registerLedgerGauges } from '../grants/grant-metrics.ts';
import { Ledger } from '../ledger/ledger.ts';
import { Wakeups } from '../ledger/wakeups.ts';
import { Sweep } from './sweep.ts';
import { TemporalWorkflows } from './temporal-workflows.ts';
import { WakeupRelay } from './wakeup-relay.ts';
import { Workflows } from './workflows.ts';

const log = logger('wakeups');

export abstract class WakeupsOptions {
  abstract readonly sweepEveryMs: number;
  /** A site's request budget, by which herds are woken; 0: no pacing. */
  abstract readonly requestsPerSecond: number;
}

/**
 * Gives the `Ledger` to whoever changes facts, and runs the relay and the sweep as long as the application. Needs the
 * service's `DataSource`, `TemporalClientModule` and `OutboxModule`.
 */
@Module({})
export class WakeupsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #dataSource: DataSource;
  readonly #relay: WakeupRelay;
  readonly #sweep: Sweep;
  readonly #checks: ReadinessChecks;
  readonly #options: WakeupsOptions;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(
    dataSource: DataSource,
    relay: WakeupRelay,
    sweep: Sweep,
    checks: ReadinessChecks,
    options: WakeupsOptions,
  ) {
    this.#dataSource = dataSource;
    this.#relay = relay;
    this.#sweep = sweep;
    this.#checks = checks;
    this.#options = options;
  }

  static forRoot(options: WakeupsOptions): DynamicModule {
    return {
      module: WakeupsModule,
      global: true,
      providers: [
        { provide: WakeupsOptions, useValue: options },
        GrantEvents,
        Epochs,
        { provide: Workflows, inject: [Client], useFactory: (client: Client) => new TemporalWorkflows(client) },
        {
          provide: WakeupRelay,
          inject: [DataSource, Workflows],
          useFactory: (dataSource: DataSource, workflows: Workflows) => new WakeupRelay(dataSource, workflows),
        },
        {
          provide: Sweep,
          inject: [DataSource, Workflows, Epochs],
          useFactory: (...parts: ConstructorParameters<typeof Sweep>) => new Sweep(...parts),
        },
        {
          provide: Ledger,
          inject: [WakeupRelay, GrantEvents],
          useFactory: (relay: WakeupRelay, events: GrantEvents) =>
            new Ledger(new Wakeups(relay.nudge, options.requestsPerSecond), events),
        },
      ],
      exports: [Ledger, WakeupRelay, Workflows],
    };
  }

  onApplicationBootstrap(): void {
    this.#checks.register('wakeups', () => ({ ready: this.#relay.isWorking, detail: 'the relay to Temporal' }));
    registerLedgerGauges(this.#dataSource);
    this.#relay.start();
    const sweep = (): void => {
      this.#sweeping = this.#sweeping.then(() => this.#sweepOnce());
    };
    sweep();
    this.#timer = setInterval(sweep, this.#options.sweepEveryMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#relay.stop();
  }

  async #sweepOnce(): Promise<void> {
    await this.#sweep.run().then(
      () => undefined,
      (error: unknown) => log.warn({ error }, 'a sweep failed; the next one makes up for it'),
    );
  }
}
