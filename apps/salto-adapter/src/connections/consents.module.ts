import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { IdentityClient } from '../salto-ks/identity.client.ts';
import { WorkLoop } from '../work-loop.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { ConnectionsController } from './connections.controller.ts';
import { Connections } from './connections.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { ConsentCleanup } from './consent-cleanup.ts';
import { ConsentRepository } from './consent.repository.ts';
import { ConsentsController } from './consents.controller.ts';
import { Consents } from './consents.ts';
import { DiscardedTokens } from './discarded-tokens.ts';
import { OfferedSites } from './offered-sites.ts';
import { SiteChoice } from './site-choice.ts';

const rows = {
  provide: ConsentRepository,
  inject: [DataSource, Sealer],
  useFactory: (dataSource: DataSource, sealer: Sealer) => new ConsentRepository(queriesOf(dataSource), sealer),
};
const discarded = {
  provide: DiscardedTokens,
  inject: [Sealer, IdentityClient],
  useFactory: (sealer: Sealer, identity: IdentityClient) => new DiscardedTokens(sealer, identity),
};
const offeredSites = {
  provide: OfferedSites,
  inject: [DataSource, ConnectionRepository],
  useFactory: (dataSource: DataSource, connections: ConnectionRepository) =>
    new OfferedSites(queriesOf(dataSource), connections),
};
const consents = {
  provide: Consents,
  inject: [DataSource, ConsentRepository, IdentityClient, Connections, OfferedSites, DiscardedTokens],
  useFactory: (
    dataSource: DataSource,
    consentRows: ConsentRepository,
    identity: IdentityClient,
    connections: Connections,
    sites: OfferedSites,
    tokens: DiscardedTokens,
  ) => new Consents({ dataSource, rows: consentRows, identity, connections, sites, discarded: tokens }),
};
const choice = {
  provide: SiteChoice,
  inject: [DataSource, ConsentRepository, ConnectionRepository, Connections, DiscardedTokens],
  useFactory: (
    dataSource: DataSource,
    consentRows: ConsentRepository,
    connectionRows: ConnectionRepository,
    connections: Connections,
    tokens: DiscardedTokens,
  ) => new SiteChoice({ dataSource, consents: consentRows, rows: connectionRows, connections, discarded: tokens }),
};
const cleanup = {
  provide: ConsentCleanup,
  inject: [DataSource, Consents, DiscardedTokens],
  useFactory: (...parts: ConstructorParameters<typeof ConsentCleanup>) => new ConsentCleanup(...parts),
};
const cleaning = {
  provide: 'cleanup of consents',
  inject: [ConsentCleanup],
  useFactory: (work: ConsentCleanup) => new WorkLoop(work),
};
const watching = {
  provide: 'watch over connections',
  inject: [ConnectionRepository, Connections],
  useFactory: (...parts: ConstructorParameters<typeof ConnectionWatch>) => new WorkLoop(new ConnectionWatch(...parts)),
};

/** How administrators connect locations over HTTP, and what looks after consents and connections. Needs `ConnectionsModule` and the service's `DataSource`. */
@Module({
  controllers: [ConnectionsController, ConsentsController],
  providers: [rows, discarded, offeredSites, consents, choice, cleanup, cleaning, watching],
})
export class ConsentsModule {}
