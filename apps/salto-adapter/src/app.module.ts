import { AuthModule, databaseModule, KafkaModule, OutboxModule, TemporalClientModule } from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { registerFenceMetrics } from './access/fence-metrics.ts';
import { registerBudgetMetrics } from './budget/budget-metrics.ts';
import { AdoptionModule } from './adoption/adoption.module.ts';
import type { AdapterConfig } from './config.ts';
import { registerConnectionMetrics } from './connections/connection-metrics.ts';
import { ConnectionRepository } from './connections/connection.repository.ts';
import { ConnectionsModule } from './connections/connections.module.ts';
import { ConsentsModule } from './connections/consents.module.ts';
import { queriesOf } from './database/queries.ts';
import { DisconnectionsModule } from './disconnection/disconnections.module.ts';
import { CustomersConsumer } from './people/customers.consumer.ts';
import { PeopleApiModule } from './people/people-api.module.ts';
import { PeopleModule } from './people/people.module.ts';
import { PeopleCallerResolver } from './people/people-caller.resolver.ts';
import { SeatsModule } from './seats/seats.module.ts';
import { AccessGroupController } from './site-checks/access-group.controller.ts';

/** The HTTP side: connections, the gateway's people, the outbox's relay. It never writes to Salto KS. */
@Module({ controllers: [AccessGroupController, CustomersConsumer] })
export class AppModule {
  constructor(dataSource: DataSource, connections: ConnectionRepository) {
    registerFenceMetrics(queriesOf(dataSource));
    registerConnectionMetrics(connections);
    registerBudgetMetrics(queriesOf(dataSource));
  }

  static with(config: AdapterConfig): DynamicModule {
    const kafka = {
      brokers: config.KAFKA_BROKERS,
      clientId: 'salto-adapter',
      topicPrefix: config.KAFKA_TOPIC_PREFIX,
      group: 'salto-adapter',
    };
    return {
      module: AppModule,
      imports: [
        databaseModule({
          url: config.DATABASE_URL,
          entities: [],
          poolSize: config.DATABASE_POOL_SIZE,
          applicationName: 'salto-adapter',
        }),
        KafkaModule.forRoot(kafka),
        OutboxModule.forRoot({ source: 'urn:latchkey:salto-adapter' }),
        PeopleModule,
        PeopleApiModule,
        SeatsModule,
        AdoptionModule.with(config),
        ConnectionsModule.with(config),
        ConsentsModule,
        DisconnectionsModule,
        TemporalClientModule.forRoot(config),
        AuthModule.forRoot({
          issuers: config.OIDC_ISSUERS,
          audience: config.OIDC_AUDIENCE,
          resolver: PeopleCallerResolver,
          imports: [PeopleModule],
        }),
      ],
    };
  }
}
