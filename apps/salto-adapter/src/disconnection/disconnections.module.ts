import { Module } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { ConnectionRepository } from '../connections/connection.repository.ts';
import { Connections } from '../connections/connections.ts';
import { queriesOf } from '../database/queries.ts';
import { WorkLoop } from '../work-loop.ts';
import { DisconnectionStarter } from './disconnection-starter.ts';
import { Disconnections } from './disconnections.ts';
import { DisconnectionsController } from './disconnections.controller.ts';

const disconnections = {
  provide: Disconnections,
  inject: [DataSource, ConnectionRepository, Connections],
  useFactory: (...parts: ConstructorParameters<typeof Disconnections>) => new Disconnections(...parts),
};
const starter = {
  provide: 'start of disconnects',
  inject: [Client, DataSource],
  useFactory: (client: Client, dataSource: DataSource) =>
    new WorkLoop(new DisconnectionStarter(client, queriesOf(dataSource))),
};

/** The wish to disconnect, over HTTP. Needs `ConnectionsModule`, the service's `DataSource`, and Temporal's client. */
@Module({ controllers: [DisconnectionsController], providers: [disconnections, starter] })
export class DisconnectionsModule {}
