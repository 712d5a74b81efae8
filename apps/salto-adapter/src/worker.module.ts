import {
  SALTO_TASK_QUEUE,
  type DisconnectionActivities,
  type DoorActivities,
  type SiteActivities,
} from '@latchkey/access-workflows';
import { databaseModule, Outbox, TemporalWorkerModule } from '@latchkey/service-kit';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { Doors } from './access/door.activities.ts';
import type { AdapterConfig } from './config.ts';
import { ConnectionsModule } from './connections/connections.module.ts';
import { Disconnecting } from './disconnection/disconnection.activities.ts';
import { EntriesModule } from './entries/entries.module.ts';
import { SiteChecks } from './site-checks/site.activities.ts';

/** The worker only writes events; the relay runs in the other process, which looks four times a second. */
const outbox = { provide: Outbox, useValue: new Outbox(() => undefined) };

@Global()
@Module({ providers: [outbox], exports: [outbox] })
class OutboxWithoutRelay {}

/** The Temporal worker: activities on the queue `salto-ks`. The doors of the sites are read here too. */
@Module({})
export class WorkerModule {
  static with(config: AdapterConfig): DynamicModule {
    const access = AccessModule.with(config);
    return {
      module: WorkerModule,
      imports: [
        databaseModule({
          url: config.DATABASE_URL,
          entities: [],
          poolSize: config.DATABASE_POOL_SIZE,
          applicationName: 'salto-adapter-worker',
        }),
        OutboxWithoutRelay,
        ConnectionsModule.with(config),
        ...(config.SALTO_ENTRIES_POLL_MS > 0 ? [EntriesModule.with(config)] : []),
        TemporalWorkerModule.forRootAsync({
          imports: [access],
          inject: [Doors, SiteChecks, Disconnecting],
          useFactory: (doors: Doors, siteChecks: SiteChecks, disconnecting: Disconnecting) => ({
            config,
            taskQueue: SALTO_TASK_QUEUE,
            activities: {
              ...doors,
              ...siteChecks,
              ...disconnecting,
            } satisfies DoorActivities & SiteActivities & DisconnectionActivities,
            slots: { activities: config.ACTIVITY_SLOTS },
          }),
        }),
      ],
    };
  }
}
