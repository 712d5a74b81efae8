import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import { EventSender } from '../kafka/event-sender.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { OutboxRelay, type RelayOptions } from './outbox-relay.ts';
import { Outbox } from './outbox.ts';

export type OutboxModuleOptions = Omit<RelayOptions, 'db' | 'sender'>;

/**
 * Gives `Outbox` to every module and runs the relay. It stops before consumers and HTTP do: what they still append is
 * published by another process, or at the next start.
 */
@Module({})
export class OutboxModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #relay: OutboxRelay;
  readonly #sender: EventSender;
  readonly #checks: ReadinessChecks;

  constructor(relay: OutboxRelay, sender: EventSender, checks: ReadinessChecks) {
    this.#relay = relay;
    this.#sender = sender;
    this.#checks = checks;
  }

  /** Needs `KafkaModule`, the service's `DataSource` and `createOutbox` in its migrations. */
  static forRoot(options: OutboxModuleOptions): DynamicModule {
    return {
      module: OutboxModule,
      global: true,
      providers: [
        { provide: EventSender, inject: [KafkaClient], useFactory: (client: KafkaClient) => new EventSender(client) },
        {
          provide: OutboxRelay,
          inject: [DataSource, EventSender],
          useFactory: (db: DataSource, sender: EventSender) => new OutboxRelay({ ...options, db, sender }),
        },
        { provide: Outbox, inject: [OutboxRelay], useFactory: (relay: OutboxRelay) => new Outbox(() => relay.wake()) },
      ],
      exports: [Outbox],
    };
  }

  onApplicationBootstrap(): void {
    this.#checks.register('outbox', () => this.#relay.readiness());
    this.#relay.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#relay.stop();
    await this.#sender.close();
  }
}
