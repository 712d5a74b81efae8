import { logger, metrics } from '@latchkey/service-kit';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { DisconnectionPreviewController } from '../connections/disconnection-preview.controller.ts';
import { Wakeups } from '../ledger/wakeups.ts';
import { WakeupRelay } from '../wakeups/wakeup-relay.ts';
import { DriftDesk } from './drift-desk.ts';
import { EntitledMembersController } from './entitled-members.controller.ts';
import { EntitledMembersRepository } from './entitled-members.repository.ts';
import { SiteCheckRepository } from './site-check.repository.ts';
import { SiteCheckSchedules } from './site-check-schedules.ts';
import { SiteChecksController } from './site-checks.controller.ts';

const log = logger('site-checks');
const LONGEST_TO_ALIGN_MS = 60_000;

export abstract class SiteChecksOptions {
  /** How often a site is checked, ms. */
  abstract readonly everyMs: number;
}

/** What checks have found, for people; and a schedule for each connected site. Needs `WakeupsModule` and Temporal's client. */
@Module({ controllers: [DisconnectionPreviewController, EntitledMembersController, SiteChecksController] })
export class SiteChecksModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #dataSource: DataSource;
  readonly #schedules: SiteCheckSchedules;
  readonly #options: SiteChecksOptions;
  #timer: NodeJS.Timeout | undefined;
  #aligning: Promise<void> = Promise.resolve();

  constructor(dataSource: DataSource, schedules: SiteCheckSchedules, options: SiteChecksOptions) {
    this.#options = options;
    this.#dataSource = dataSource;
    this.#schedules = schedules;
  }

  static forRoot(options: SiteChecksOptions): DynamicModule {
    return {
      module: SiteChecksModule,
      providers: [
        EntitledMembersRepository,
        SiteCheckRepository,
        { provide: SiteChecksOptions, useValue: options },
        {
          provide: SiteCheckSchedules,
          inject: [Client, DataSource],
          useFactory: (client: Client, dataSource: DataSource) =>
            new SiteCheckSchedules(client, dataSource, options.everyMs),
        },
        {
          provide: DriftDesk,
          inject: [WakeupRelay, SiteCheckSchedules],
          useFactory: (relay: WakeupRelay, schedules: SiteCheckSchedules) =>
            new DriftDesk(new Wakeups(relay.nudge), schedules),
        },
      ],
    };
  }

  onApplicationBootstrap(): void {
    registerDriftGauges(this.#dataSource);
    const align = (): void => {
      this.#aligning = this.#aligning.then(() => this.#alignOnce());
    };
    align();
    this.#timer = setInterval(align, Math.min(this.#options.everyMs, LONGEST_TO_ALIGN_MS));
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#aligning;
  }

  async #alignOnce(): Promise<void> {
    await this.#schedules.align().catch((error: unknown) => {
      log.warn({ error }, 'the schedules of checks could not be aligned; it is tried again');
    });
  }
}

function registerDriftGauges(dataSource: DataSource): void {
  metrics.gauge('drift_findings', 'Open findings of checks, by kind and what is done', ['kind', 'action'], async () => {
    const rows: { kind: string; action: string; n: string }[] = await dataSource.query(
      'SELECT kind, action, count(*) AS n FROM drift_finding WHERE resolved_at IS NULL GROUP BY kind, action',
    );
    return rows.map(({ kind, action, n }) => ({ labels: { kind, action }, value: Number(n) }));
  });
  metrics.gauge('site_check_age_seconds', 'Since the oldest last check of a connected site', [], async () => {
    const [row]: { age: string | null }[] = await dataSource.query(
      `SELECT extract(epoch FROM clock_timestamp() - min(checked_at)) AS age FROM site_check
       JOIN connection USING (site_id) WHERE deleted_at IS NULL AND status IN ('connected', 'degraded', 'disconnecting')`,
    );
    const age = row?.age ?? null;
    return age === null ? [] : [{ labels: {}, value: Number(age) }];
  });
}
