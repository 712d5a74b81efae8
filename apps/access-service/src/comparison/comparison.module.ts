import { EventConsumerStrategy, logger, metrics, ServiceTokens } from '@latchkey/service-kit';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccessServiceConfig } from '../config.ts';
import { Comparison } from './comparison.ts';
import { ComparisonSchedule } from './comparison-schedule.ts';
import { GatewayEventsClient } from './gateway-events.client.ts';

const log = logger('comparison');
const LOOK_EVERY_MS = 60_000;

/** Compares with the gateway every hour, in one of the processes. Needs `KafkaModule` with a group, and the `DataSource`. */
@Module({})
export class ComparisonModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #comparison: Comparison;
  readonly #schedule: ComparisonSchedule;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(comparison: Comparison, schedule: ComparisonSchedule) {
    this.#comparison = comparison;
    this.#schedule = schedule;
  }

  static forRoot(config: AccessServiceConfig): DynamicModule {
    const tokens = new ServiceTokens({
      issuer: config.SERVICE_CLIENT_ISSUER,
      clientId: config.SERVICE_CLIENT_ID,
      clientSecret: config.SERVICE_CLIENT_SECRET,
      resource: config.OIDC_AUDIENCE,
      scopes: ['events:read'],
    });
    const gateway = new GatewayEventsClient(config.BILLING_GATEWAY_URL, tokens);
    return {
      module: ComparisonModule,
      providers: [
        {
          provide: Comparison,
          inject: [DataSource, EventConsumerStrategy],
          useFactory: (dataSource: DataSource, strategy: EventConsumerStrategy) =>
            new Comparison(dataSource, gateway, strategy),
        },
        {
          provide: ComparisonSchedule,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => new ComparisonSchedule(dataSource, config.COMPARE_EVERY_MS),
        },
      ],
    };
  }

  onApplicationBootstrap(): void {
    metrics.gauge('comparison_age_seconds', 'Since facts were last compared with the gateway', [], async () => {
      const age = await this.#schedule.ageSeconds();
      return age === undefined ? [] : [{ labels: {}, value: age }];
    });
    const look = (): void => {
      this.#running = this.#running.then(() => this.#compareIfDue());
    };
    // Not at once: the gateway may be starting too, and events that wait in the broker come first.
    this.#timer = setInterval(look, LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #compareIfDue(): Promise<void> {
    try {
      const epoch = await this.#schedule.claim();
      if (epoch === undefined) return;
      try {
        const { failed } = await this.#comparison.run();
        await this.#schedule.finish(epoch, failed);
      } catch (error) {
        await this.#schedule.giveUp();
        throw error;
      }
    } catch (error) {
      log.warn({ error }, 'facts could not be compared; it is tried again in ten minutes, after a restore in one');
    }
  }
}
