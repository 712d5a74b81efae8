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
import { ComparisonModule } from './comparison/comparison.module.ts';
import type { AccessServiceConfig } from './config.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { DoorEventsController } from './entries/door-events.controller.ts';
import { DoorEvents } from './entries/door-events.repository.ts';
import { DoorRetention } from './entries/door-retention.ts';
import { EntriesConsumer } from './entries/entries.consumer.ts';
import { FailingEntitlements } from './grants/failing-entitlements.ts';
import { GrantRepository } from './grants/grant.repository.ts';
import { GrantVisibility } from './grants/grant-visibility.ts';
import { GrantsController } from './grants/grants.controller.ts';
import { RetriesController } from './grants/retries.controller.ts';
import { WorkflowLinks } from './grants/workflow-links.ts';
import { WorkflowRetries } from './grants/workflow-retries.ts';
import { LinksConsumer } from './links/links.consumer.ts';
import { LocationsConsumer } from './locations/locations.consumer.ts';
import { PeopleCallerResolver } from './people/people-caller.resolver.ts';
import { PeopleConsumer } from './people/people.consumer.ts';
import { PlansConsumer } from './plans/plans.consumer.ts';
import { ResourcesConsumer } from './resources/resources.consumer.ts';
import { SeatsModule } from './seats/seats.module.ts';
import { ItemAccessController } from './settings/item-access.controller.ts';
import { PlanAccessController } from './settings/plan-access.controller.ts';
import { PlanApplicationController } from './settings/plan-application.controller.ts';
import { ResourceAccessController } from './settings/resource-access.controller.ts';
import { SettingDesk } from './settings/setting-desk.ts';
import { SettingsCheckController } from './settings/settings-check.controller.ts';
import { SiteChecksModule } from './site-checks/site-checks.module.ts';
import { SubscriptionsConsumer } from './subscriptions/subscriptions.consumer.ts';
import { WakeupsModule } from './wakeups/wakeups.module.ts';

const consumers = [
  BookingsConsumer,
  CompaniesConsumer,
  ConnectionsConsumer,
  EntriesConsumer,
  LinksConsumer,
  LocationsConsumer,
  PeopleConsumer,
  PlansConsumer,
  ResourcesConsumer,
  SubscriptionsConsumer,
];

const controllers = [
  DoorEventsController,
  GrantsController,
  ItemAccessController,
  PlanAccessController,
  PlanApplicationController,
  ResourceAccessController,
  RetriesController,
  SettingsCheckController,
];

/** `main.ts`: events in, HTTP, wake-ups and grant events out. Planning is the worker's. */
@Module({
  controllers: [...consumers, ...controllers],
  providers: [
    DoorEvents,
    DoorRetention,
    FailingEntitlements,
    GrantRepository,
    GrantVisibility,
    SettingDesk,
    WorkflowRetries,
  ],
})
export class AppModule {
  static with(config: AccessServiceConfig): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: WorkflowLinks, useValue: new WorkflowLinks(config.TEMPORAL_UI_URL, config.TEMPORAL_NAMESPACE) },
      ],
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
        WakeupsModule.forRoot({
          sweepEveryMs: config.SWEEP_EVERY_MS,
          requestsPerSecond: config.SALTO_REQUESTS_PER_SECOND,
        }),
        SiteChecksModule.forRoot({ everyMs: config.SITE_CHECK_EVERY_MS }),
        ComparisonModule.forRoot(config),
        SeatsModule.with(config),
        AuthModule.forRoot({
          issuers: config.OIDC_ISSUERS,
          audience: config.OIDC_AUDIENCE,
          resolver: PeopleCallerResolver,
        }),
      ],
    };
  }
}
