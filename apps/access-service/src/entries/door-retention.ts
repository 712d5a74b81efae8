import { ENTRIES_KEPT_DAYS } from '@latchkey/contracts';
import { inTransaction, logger, metrics } from '@latchkey/service-kit';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { Ledger } from '../ledger/ledger.ts';

const log = logger('door-retention');
const EVERY_MS = 60 * 60_000;
const BATCH = 10_000;
const TOO_OLD = `now() - interval '${ENTRIES_KEPT_DAYS} days'`;

/** Forgets what doors said when it is thirty days old, warnings included (S11.5), and counts the warnings that stand. */
@Injectable()
export class DoorRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #forgetting: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  onApplicationBootstrap(): void {
    metrics.gauge(
      'grant_warnings',
      'Warnings on grants that a door has refused, by its reason',
      ['reason'],
      async () => {
        const rows: { reason: string; n: string }[] = await this.dataSource.query(
          `SELECT warning ->> 'reason' AS reason, count(*) AS n
         FROM grant_row, jsonb_array_elements(door_warnings) AS warning WHERE door_warnings <> '[]' GROUP BY 1`,
        );
        return rows.map(({ reason, n }) => ({ labels: { reason }, value: Number(n) }));
      },
    );
    const forget = (): void => {
      this.#forgetting = this.forget().catch((error: unknown) => log.warn({ error }, 'what is old stays an hour more'));
    };
    forget();
    this.#timer = setInterval(forget, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#forgetting;
  }

  async forget(): Promise<void> {
    let deleted: number;
    do {
      [, deleted] = await this.dataSource.query<[unknown[], number]>(
        `DELETE FROM door_event WHERE (site_id, entry_id) IN (
           SELECT site_id, entry_id FROM door_event WHERE happened_at < ${TOO_OLD} LIMIT ${BATCH})`,
      );
    } while (deleted === BATCH);
    await this.#forgetWarnings();
  }

  async #forgetWarnings(): Promise<void> {
    const limit = Date.now() - ENTRIES_KEPT_DAYS * 24 * 60 * 60_000;
    const pairs: { siteId: string; memberId: string }[] = await this.dataSource.query(
      `SELECT DISTINCT site_id AS "siteId", member_id AS "memberId"
       FROM grant_row, jsonb_array_elements(door_warnings) AS warning
       WHERE door_warnings <> '[]' AND (warning ->> 'at')::float8 < $1`,
      [limit],
    );
    const recent = ({ doorWarnings }: GrantRecord) => doorWarnings.filter(({ at }) => at >= limit);
    for (const pair of pairs) {
      await inTransaction(this.dataSource, (em) =>
        this.ledger.remark(em, pair, limit, (grants) =>
          Promise.resolve(grants.map((grant) => ({ ...grant, doorWarnings: recent(grant) }))),
        ),
      );
    }
  }
}
