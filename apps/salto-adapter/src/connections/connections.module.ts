import { Outbox } from '@latchkey/service-kit';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Agent, type Dispatcher } from 'undici';
import { BudgetRepository } from '../budget/budget.repository.ts';
import { saltoHosts, type AdapterConfig } from '../config.ts';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { IdentityClient } from '../salto-ks/identity.client.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { Connections } from './connections.ts';

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
    const identity = {
      provide: IdentityClient,
      inject: [Agent],
      useFactory: (dispatcher: Agent) => identityOf(config, dispatcher),
    };
    const connections = {
      provide: Connections,
      inject: [DataSource, Outbox, ConnectionRepository, IdentityClient, Agent],
      useFactory: (...needs: ConnectionsNeeds) => connectionsOf(config, needs),
    };
    return {
      module: ConnectionsModule,
      global: true,
      providers: [sealer, agent, rows, identity, connections],
      exports: [sealer, rows, identity, connections],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent.close();
  }
}

type ConnectionsNeeds = [DataSource, Outbox, ConnectionRepository, IdentityClient, Dispatcher];

/** The connections, of the settings and what they need. */
export function connectionsOf(
  config: AdapterConfig,
  [dataSource, outbox, rows, identity, dispatcher]: ConnectionsNeeds,
): Connections {
  return new Connections({
    ...{ dataSource, outbox, rows, identity, dispatcher },
    apiUrl: saltoHosts(config).api,
    timeoutMs: config.SALTO_CALL_TIMEOUT_MS,
    budgets: new BudgetRepository(queriesOf(dataSource)),
    budget: {
      perSecond: config.SALTO_REQUESTS_PER_SECOND,
      atOnce: config.SALTO_REQUESTS_AT_ONCE,
      callTimeoutMs: config.SALTO_CALL_TIMEOUT_MS,
    },
  });
}

/** Salto's identity server, of the settings. */
export function identityOf(config: AdapterConfig, dispatcher: Dispatcher): IdentityClient {
  const options = {
    identityUrl: saltoHosts(config).identity,
    clientId: config.SALTO_CLIENT_ID,
    clientSecret: config.SALTO_CLIENT_SECRET,
    redirectUri: config.SALTO_REDIRECT_URI,
    timeoutMs: config.SALTO_CALL_TIMEOUT_MS,
  };
  return new IdentityClient(options, dispatcher);
}
