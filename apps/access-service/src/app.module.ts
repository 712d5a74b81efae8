import {
  AuthModule,
  databaseModule,
  KafkaModule,
  OutboxModule,
  TemporalClientModule,
  TransactionModule,
} from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { BookingsConsumer } from './bookings/bookings.consumer.ts';
import { CompaniesConsumer } from './companies/companies.consumer.ts';
import type { AccessServiceConfig } from './config.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { LocationsConsumer } from './locations/locations.consumer.ts';
import { PeopleCallerResolver } from './people/people-caller.resolver.ts';
import { PeopleConsumer } from './people/people.consumer.ts';
import { PlansConsumer } from './plans/plans.consumer.ts';
import { ResourcesConsumer } from './resources/resources.consumer.ts';
import { SubscriptionsConsumer } from './subscriptions/subscriptions.consumer.ts';
import { WakeupsModule } from './wakeups/wakeups.module.ts';

const consumers = [
  BookingsConsumer,
  CompaniesConsumer,
  ConnectionsConsumer,
  LocationsConsumer,
  PeopleConsumer,
  PlansConsumer,
  ResourcesConsumer,
  SubscriptionsConsumer,
];

/** `main.ts`: events in, HTTP, wake-ups and grant events out. Planning is the worker's. */
@Module({ controllers: [...consumers] })
export class AppModule {
  static with(config: AccessServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        databaseModule({
          url: config.DATABASE_URL,
          entities: [],
          poolSize: config.DATABASE_POOL_SIZE,
          applicationName: 'access-service',
        }),
        TransactionModule,
        KafkaModule.forRoot({
          brokers: config.KAFKA_BROKERS,
          clientId: 'access-service',
          topicPrefix: config.KAFKA_TOPIC_PREFIX,
          group: 'access-service',
        }),
        OutboxModule.forRoot({ source: 'urn:latchkey:access-service' }),
        TemporalClientModule.forRoot(config),
        WakeupsModule.forRoot({ sweepEveryMs: config.SWEEP_EVERY_MS }),
        AuthModule.forRoot({
          issuers: config.OIDC_ISSUERS,
          audience: config.OIDC_AUDIENCE,
          resolver: PeopleCallerResolver,
        }),
      ],
    };
  }
}
