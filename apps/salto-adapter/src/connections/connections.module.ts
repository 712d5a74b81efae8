import { Outbox } from '@latchkey/service-kit';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Agent } from 'undici';
import type { AdapterConfig } from '../config.ts';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { IdentityClient } from '../salto-ks/identity.client.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { Connections, type ConnectionsParts } from './connections.ts';

const CONNECT_TIMEOUT_MS = 3_000;

/** How both processes reach Salto KS. Needs the service's `DataSource` and an `Outbox`. */
@Module({})
export class ConnectionsModule implements OnApplicationShutdown {
  readonly #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  static with(config: AdapterConfig): DynamicModule {
    const sealer = { provide: Sealer, useValue: new Sealer(config.ENCRYPTION_KEYS) };
    const agent = { provide: Agent, useFactory: () => new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } }) };
    const rows = {
      provide: ConnectionRepository,
      inject: [DataSource, Sealer],
      useFactory: (dataSource: DataSource, sealer: Sealer) => new ConnectionRepository(queriesOf(dataSource), sealer),
    };
    const connections = {
      provide: Connections,
      inject: [DataSource, Outbox, ConnectionRepository, Agent],
      useFactory: (dataSource: DataSource, outbox: Outbox, rows: ConnectionRepository, dispatcher: Agent) =>
        connectionsOf(config, { dataSource, outbox, rows, dispatcher }),
    };
    return {
      module: ConnectionsModule,
      global: true,
      providers: [sealer, agent, rows, connections],
      exports: [sealer, rows, connections],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent.close();
  }
}

type ConnectionsNeeds = Pick<ConnectionsParts, 'dataSource' | 'outbox' | 'rows' | 'dispatcher'>;

function connectionsOf(config: AdapterConfig, needs: ConnectionsNeeds): Connections {
  const timeoutMs = config.SALTO_CALL_TIMEOUT_MS;
  const client = {
    identityUrl: config.SALTO_IDENTITY_URL,
    clientId: config.SALTO_CLIENT_ID,
    clientSecret: config.SALTO_CLIENT_SECRET,
    timeoutMs,
  };
  return new Connections({
    ...needs,
    identity: new IdentityClient(client, needs.dispatcher),
    apiUrl: config.SALTO_API_URL,
    timeoutMs,
    budget: { perSecond: config.SALTO_REQUESTS_PER_SECOND, atOnce: config.SALTO_REQUESTS_AT_ONCE },
  });
}
