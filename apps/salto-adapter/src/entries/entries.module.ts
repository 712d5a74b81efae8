import { Outbox } from '@latchkey/service-kit';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { IN_BACKGROUND } from '../access/sites.ts';
import { saltoHosts, type AdapterConfig } from '../config.ts';
import { Connections } from '../connections/connections.ts';
import { queriesOf } from '../database/queries.ts';
import { EntryLogs } from './entry-logs.ts';
import { EntryPoll } from './entry-poll.ts';
import { EntryReaders, type EntryReadersOptions } from './entry-readers.ts';
import { EntryRecorder } from './entry-recorder.ts';
import { LockGroups } from './lock-groups.ts';

/** Door events: needs the service's `DataSource`, an `Outbox` and `ConnectionsModule`. */
@Module({})
export class EntriesModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #readers: EntryReaders;

  constructor(readers: EntryReaders) {
    this.#readers = readers;
  }

  static with(config: AdapterConfig): DynamicModule {
    const readers = {
      provide: EntryReaders,
      inject: [DataSource, Outbox, Connections],
      useFactory: (...needs: [DataSource, Outbox, Connections]) =>
        new EntryReaders({ ...entryParts(config, ...needs), pollMs: config.SALTO_ENTRIES_POLL_MS }),
    };
    return { module: EntriesModule, providers: [readers], exports: [readers] };
  }

  onApplicationBootstrap(): void {
    this.#readers.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#readers.stop();
  }
}

/** What reads and tells, put together. */
export function entryParts(
  config: AdapterConfig,
  dataSource: DataSource,
  outbox: Outbox,
  connections: Connections,
): Pick<EntryReadersOptions, 'logs' | 'poll' | 'hub'> & { readonly recorder: EntryRecorder } {
  const database = queriesOf(dataSource);
  const site = (siteId: string) => connections.of(siteId, IN_BACKGROUND);
  const locks = new LockGroups(database, site);
  const recorder = new EntryRecorder({
    dataSource,
    outbox,
    groupsWithLock: (siteId, memberId, lockId) => locks.withLock(siteId, memberId, lockId),
  });
  const logs = new EntryLogs(database, { lookBackHours: config.SALTO_ENTRIES_LOOK_BACK_HOURS });
  return {
    logs,
    recorder,
    poll: new EntryPoll(logs, recorder, site),
    hub: {
      url: saltoHosts(config).eventStreaming,
      site,
      tokens: connections,
      record: (siteId, entries) => recorder.record(siteId, entries, { via: 'hub' }),
    },
  };
}
