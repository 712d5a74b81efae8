import { ServiceTokens, logger } from '@latchkey/service-kit';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { AdapterConfig } from '../config.ts';
import { ConnectionRepository } from '../connections/connection.repository.ts';
import { Connections } from '../connections/connections.ts';
import { DiscardedTokens } from '../connections/discarded-tokens.ts';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { Disconnecting } from '../disconnection/disconnection.activities.ts';
import { Contacts } from '../people/contacts.ts';
import { GatewayClient } from '../people/gateway.client.ts';
import { UPKEEP_LANES } from '../people/upkeep-work.ts';
import { upkeepProviders } from '../people/upkeep.providers.ts';
import { IdentityClient } from '../salto-ks/identity.client.ts';
import { SiteChecks } from '../site-checks/site.activities.ts';
import { Access } from './access.ts';
import { Doors } from './door.activities.ts';
import { PairLocks } from './pair-lock.ts';
import { SharedParts } from './shared-parts.ts';

const log = logger('access');
const STATEMENT_TIMEOUT_MS = 15_000;

/** What the Temporal worker runs, and the upkeep beside it. Needs `ConnectionsModule` and the service's `DataSource`. */
@Module({})
export class AccessModule implements OnApplicationShutdown {
  readonly #sessions: pg.Pool;

  constructor(sessions: pg.Pool) {
    this.#sessions = sessions;
  }

  static with(config: AdapterConfig): DynamicModule {
    const sessions = { provide: pg.Pool, useFactory: () => sessionsOf(config, config.ACTIVITY_SLOTS + UPKEEP_LANES) };
    const locks = { provide: PairLocks, inject: [pg.Pool], useFactory: (pool: pg.Pool) => new PairLocks(pool) };
    const shared = {
      provide: SharedParts,
      inject: [PairLocks, DataSource, Sealer, Connections],
      useFactory: (locks: PairLocks, dataSource: DataSource, sealer: Sealer, sites: Connections) =>
        new SharedParts(sites, locks, new Contacts(queriesOf(dataSource), sealer, gatewayOf(config)), sealer),
    };
    const doors = {
      provide: Doors,
      inject: [SharedParts],
      useFactory: (parts: SharedParts) =>
        new Doors(new Access({ ...parts, membersMaxAgeMs: config.SALTO_READ_MAX_AGE_MS })),
    };
    const siteChecks = {
      provide: SiteChecks,
      inject: [PairLocks, DataSource, Connections],
      useFactory: (locks: PairLocks, dataSource: DataSource, sites: Connections) =>
        new SiteChecks({ sites, locks, database: queriesOf(dataSource) }),
    };
    const disconnecting = {
      provide: Disconnecting,
      inject: [DataSource, ConnectionRepository, Connections, Sealer, IdentityClient],
      useFactory: (
        dataSource: DataSource,
        rows: ConnectionRepository,
        connections: Connections,
        sealer: Sealer,
        identity: IdentityClient,
      ) => new Disconnecting({ dataSource, rows, connections, discarded: new DiscardedTokens(sealer, identity) }),
    };
    const activities = [doors, siteChecks, disconnecting];
    return {
      module: AccessModule,
      providers: [sessions, locks, shared, ...activities, ...upkeepProviders],
      exports: activities,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#sessions.end();
  }
}

/**
 * Sessions that hold locks of pairs: one for each attempt, upkeep or adoption that may run, since it holds its lock as
 * long as that lasts.
 */
export function sessionsOf(config: AdapterConfig, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: config.DATABASE_URL,
    max,
    application_name: 'salto-adapter-attempts',
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // Longer than the server's: only a server that is gone lets the client give up, and with it the attempt.
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
    keepAlive: true,
    // The lock of a process whose machine has vanished without a word is free within half a minute.
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  });
  pool.on('error', (error) => log.warn({ error }, 'an idle database session was lost'));
  return pool;
}

export function gatewayOf(config: AdapterConfig): GatewayClient {
  const tokens = new ServiceTokens({
    issuer: config.SERVICE_CLIENT_ISSUER,
    clientId: config.SERVICE_CLIENT_ID,
    clientSecret: config.SERVICE_CLIENT_SECRET,
    resource: config.OIDC_AUDIENCE,
    scopes: ['people:read'],
  });
  return new GatewayClient(config.BILLING_GATEWAY_URL, tokens);
}
