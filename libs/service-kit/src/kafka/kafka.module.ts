import { Module, type DynamicModule } from '@nestjs/common';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import { EventConsumerStrategy } from './event-consumer.strategy.ts';
import { KafkaClient, type KafkaOptions } from './kafka-client.ts';

export interface KafkaModuleOptions extends KafkaOptions {
  /** The consumer group of this process's `@OnEvent` methods, without prefix; none where it only publishes. */
  readonly group?: string;
}

/** Gives the broker to every module, and where a group is named, the strategy for `connectEvents`. */
@Module({})
export class KafkaModule {
  static forRoot({ group, ...kafka }: KafkaModuleOptions): DynamicModule {
    const strategy = {
      provide: EventConsumerStrategy,
      inject: [KafkaClient, ReadinessChecks],
      useFactory: (client: KafkaClient, checks: ReadinessChecks) =>
        new EventConsumerStrategy(client, group ?? kafka.clientId, checks),
    };
    return {
      module: KafkaModule,
      global: true,
      providers: [
        { provide: KafkaClient, useValue: new KafkaClient(kafka) },
        ...(group === undefined ? [] : [strategy]),
      ],
      exports: [KafkaClient, ...(group === undefined ? [] : [EventConsumerStrategy])],
    };
  }
}
