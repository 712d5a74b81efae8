import { randomUUID } from 'node:crypto';
import { ENTRIES_KEPT_DAYS } from '@latchkey/contracts';
import type { Queries } from '../database/queries.ts';

export interface EntryLogsOptions {
  readonly lookBackHours: number;
  /** How long a silent process keeps a site; 30 s unless told. */
  readonly leaseMs?: number;
}

/** What one pass reads. Instants are epoch ms of the database's clock. */
export interface Pass {
  readonly from: number;
  readonly beganAt: number;
  /** Reads again, once an hour, what locks that were off line may have told since. */
  readonly isLookBack: boolean;
}

/** Entries come up to this late without anything being wrong; also more than clocks differ. */
const OVERLAP = `interval '10 minutes'`;
/** The states of a connection in which Salto may be asked: see `failureOf`. */
const READABLE = `'connected', 'degraded', 'disconnecting'`;
const LOOK_BACK_EVERY = `interval '1 hour'`;
const LEASE_MS = 30_000;
const PURGE_BATCH = 10_000;

/**
 * The doors of a site that is connected now are read from now on, unless they are already: what was before is not ours
 * to know, and what comes before the first look is.
 */
export async function openEntryLog(em: Queries, siteId: string): Promise<void> {
  await em.query(
    `INSERT INTO entry_log AS log (site_id, since, read_to, looked_back_at)
     SELECT $1, now, now, now FROM date_trunc('milliseconds', clock_timestamp()) AS now
     ON CONFLICT (site_id) DO UPDATE SET since = excluded.since, read_to = excluded.read_to WHERE log.since IS NULL`,
    [siteId],
  );
}

/** One row per site: how far its doors were read, and who reads them. */
export class EntryLogs {
  readonly holder = randomUUID();
  readonly #database: Queries;
  readonly #options: Required<EntryLogsOptions>;

  constructor(database: Queries, options: EntryLogsOptions) {
    this.#database = database;
    this.#options = { leaseMs: LEASE_MS, ...options };
  }

  /**
   * Takes every connected site that nobody reads, and keeps those that this process has. One whose log is not open
   * (`letGo` may have crossed a new connection) begins now.
   */
  async claim(): Promise<string[]> {
    const rows = await this.#database.query<{ siteId: string }>(
      `INSERT INTO entry_log AS log (site_id, since, read_to, looked_back_at, lease_holder, lease_until)
       SELECT DISTINCT site_id, now, now, now, $1::uuid, now + $2 * interval '1 ms'
         FROM connection, date_trunc('milliseconds', clock_timestamp()) AS now
        WHERE status IN (${READABLE}) ORDER BY site_id
       ON CONFLICT (site_id) DO UPDATE SET
         since = coalesce(log.since, excluded.since),
         read_to = CASE WHEN log.since IS NULL THEN excluded.read_to ELSE log.read_to END,
         lease_holder = excluded.lease_holder, lease_until = excluded.lease_until
       WHERE log.lease_holder = excluded.lease_holder OR log.lease_until IS NULL OR log.lease_until < clock_timestamp()
       RETURNING site_id AS "siteId"`,
      [this.holder, this.#options.leaseMs],
    );
    return rows.map(({ siteId }) => siteId);
  }

  /** Lets others read at once what this process read. */
  async release(): Promise<void> {
    await this.#database.query('UPDATE entry_log SET lease_until = NULL WHERE lease_holder = $1', [this.holder]);
  }

  /** Where the next pass begins; undefined for a site that is read no more. */
  async begin(siteId: string): Promise<Pass | undefined> {
    const [row] = await this.#database.query<Pass>(
      `SELECT (extract(epoch FROM greatest(since, now() - interval '${ENTRIES_KEPT_DAYS} days',
                least(read_to - ${OVERLAP}, CASE WHEN is_look_back THEN now() - make_interval(hours => $2) END))
              ) * 1000)::float8 AS "from",
              (extract(epoch FROM now()) * 1000)::float8 AS "beganAt", is_look_back AS "isLookBack"
         FROM entry_log, LATERAL (SELECT looked_back_at < now() - ${LOOK_BACK_EVERY} AS is_look_back) AS due
        WHERE site_id = $1 AND since IS NOT NULL`,
      [siteId, this.#options.lookBackHours],
    );
    return row;
  }

  /** All pages of the pass are recorded. */
  async finish(siteId: string, { beganAt, isLookBack }: Pass): Promise<void> {
    await this.#database.query(
      `UPDATE entry_log SET read_to = greatest(read_to, to_timestamp($2::float8 / 1000)), polled_at = clock_timestamp(),
              looked_back_at = CASE WHEN $3 THEN to_timestamp($2::float8 / 1000) ELSE looked_back_at END
        WHERE site_id = $1`,
      [siteId, beganAt, isLookBack],
    );
  }

  /** Ends the reading of sites that no location is connected to any more. */
  async letGo(): Promise<void> {
    await this.#database.query(
      `UPDATE entry_log AS log SET since = NULL, lease_until = NULL, polled_at = NULL
        WHERE since IS NOT NULL
          AND NOT EXISTS (SELECT FROM connection WHERE site_id = log.site_id AND status <> 'disconnected')`,
    );
  }

  /** Forgets ids that no pass can meet again. */
  async purge(): Promise<void> {
    await this.#database.query(
      `DELETE FROM entry_seen WHERE (site_id, entry_id) IN (
         SELECT seen.site_id, entry_id FROM entry_seen AS seen JOIN entry_log AS log USING (site_id)
          WHERE log.since IS NULL OR recorded_at < log.read_to - make_interval(hours => $1, days => 1) LIMIT $2)`,
      [this.#options.lookBackHours, PURGE_BATCH],
    );
  }

  /** Seconds since the site that waits longest was read to the end; 0 where no site is to be read. */
  async oldestPassSeconds(): Promise<number> {
    const [row] = await this.#database.query<{ seconds: number | null }>(
      `SELECT extract(epoch FROM clock_timestamp() - min(coalesce(polled_at, since)))::float8 AS seconds
         FROM entry_log AS log WHERE since IS NOT NULL
          AND EXISTS (SELECT FROM connection WHERE site_id = log.site_id AND status IN (${READABLE}))`,
    );
    return row?.seconds ?? 0;
  }
}
