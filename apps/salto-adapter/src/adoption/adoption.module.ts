import { ServiceTokens } from '@latchkey/service-kit';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { gatewayOf, sessionsOf } from '../access/access.module.ts';
import { PairLocks } from '../access/pair-lock.ts';
import type { AdapterConfig } from '../config.ts';
import { Connections } from '../connections/connections.ts';
import { queriesOf } from '../database/queries.ts';
import { PeopleApiModule } from '../people/people-api.module.ts';
import { LinkProposals } from '../people/link-proposals.ts';
import { AccessServiceClient } from './access-service.client.ts';
import { AdoptionsController } from './adoptions.controller.ts';
import { Adoptions } from './adoptions.ts';
import { GroupPeople } from './group-people.ts';
import { LinkConfirmations } from './link-confirmations.ts';

/** Administrators who decide at the same moment. */
const SESSIONS = 4;
/** Somebody waits for the answer. */
const WAIT_FOR_PAIR_MS = 2_000;

/** People who were in a group before Latchkey. Needs `ConnectionsModule` and the service's `DataSource`. */
@Module({ controllers: [AdoptionsController] })
export class AdoptionModule implements OnApplicationShutdown {
  readonly #sessions: pg.Pool;

  constructor(sessions: pg.Pool) {
    this.#sessions = sessions;
  }

  static with(config: AdapterConfig): DynamicModule {
    const sessions = { provide: pg.Pool, useFactory: () => sessionsOf(config, SESSIONS) };
    const people = {
      provide: GroupPeople,
      inject: [Connections, DataSource],
      useFactory: (connections: Connections, dataSource: DataSource) =>
        new GroupPeople({ connections, gateway: gatewayOf(config), database: queriesOf(dataSource) }),
    };
    const adoptions = {
      provide: Adoptions,
      inject: [GroupPeople, Connections, pg.Pool, DataSource, LinkProposals],
      useFactory: (
        groupPeople: GroupPeople,
        connections: Connections,
        pool: pg.Pool,
        dataSource: DataSource,
        proposals: LinkProposals,
      ) =>
        new Adoptions({
          people: groupPeople,
          connections,
          accessService: accessServiceOf(config),
          links: new LinkConfirmations(dataSource, proposals),
          locks: new PairLocks(pool, { waitMs: WAIT_FOR_PAIR_MS }),
          database: queriesOf(dataSource),
        }),
    };
    return { module: AdoptionModule, imports: [PeopleApiModule], providers: [sessions, people, adoptions] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#sessions.end();
  }
}

function accessServiceOf(config: AdapterConfig): AccessServiceClient {
  const tokens = new ServiceTokens({
    issuer: config.SERVICE_CLIENT_ISSUER,
    clientId: config.SERVICE_CLIENT_ID,
    clientSecret: config.SERVICE_CLIENT_SECRET,
    resource: config.OIDC_AUDIENCE,
    scopes: ['access:read', 'access:write'],
  });
  return new AccessServiceClient(config.ACCESS_SERVICE_URL, tokens);
}
