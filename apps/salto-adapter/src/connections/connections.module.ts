import { Outbox } from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Agent } from 'undici';
import type { AdapterConfig } from '../config.ts';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { IdentityClient } from '../salto-ks/identity.client.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { Connections } from './connections.ts';

const CONNECT_TIMEOUT_MS = 3_000;

/** How both processes reach Salto KS. Needs the service's `DataSource` and an `Outbox`. */
@Module({})
export class ConnectionsModule {
  static with(config: AdapterConfig): DynamicModule {
    const sealer = { provide: Sealer, useValue: new Sealer(config.ENCRYPTION_KEYS) };
    const rows = {
      provide: ConnectionRepository,
      inject: [DataSource, Sealer],
      useFactory: (dataSource: DataSource, sealer: Sealer) => new ConnectionRepository(queriesOf(dataSource), sealer),
    };
    const connections = {
      provide: Connections,
      inject: [DataSource, Outbox, ConnectionRepository],
      useFactory: (dataSource: DataSource, outbox: Outbox, rows: ConnectionRepository) =>
        connectionsOf(config, dataSource, outbox, rows),
    };
    return {
      module: ConnectionsModule,
      global: true,
      providers: [sealer, rows, connections],
      exports: [sealer, rows, connections],
    };
  }
}

function connectionsOf(
  config: AdapterConfig,
  dataSource: DataSource,
  outbox: Outbox,
  rows: ConnectionRepository,
): Connections {
  const dispatcher = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } });
  const timeoutMs = config.SALTO_CALL_TIMEOUT_MS;
  const identity = new IdentityClient(
    {
      identityUrl: config.SALTO_IDENTITY_URL,
      clientId: config.SALTO_CLIENT_ID,
      clientSecret: config.SALTO_CLIENT_SECRET,
      timeoutMs,
    },
    dispatcher,
  );
  const budget = { perSecond: config.SALTO_REQUESTS_PER_SECOND, atOnce: config.SALTO_REQUESTS_AT_ONCE };
  return new Connections({
    dataSource,
    outbox,
    rows,
    identity,
    dispatcher,
    apiUrl: config.SALTO_API_URL,
    timeoutMs,
    budget,
  });
}
