import type { Pair } from '@latchkey/access-workflows';
import { logger, metrics } from '@latchkey/service-kit';
import type { Pool, PoolClient } from 'pg';
import { AttemptError, LOCK_LOST } from './failures.ts';

const log = logger('pair-lock');

/** Begins a clock at the database's time, epoch ms. */
export type StartClock = (databaseNow: number) => () => number;

/** The database's time, carried on by this process's monotonic clock: replicas with wrong clocks agree. */
export const databaseClock: StartClock = (databaseNow) => {
  const beganAt = performance.now();
  return () => Math.floor(databaseNow + performance.now() - beganAt);
};

export interface PairLockOptions {
  /** How long to wait for an attempt that still runs. */
  readonly waitMs?: number;
  readonly startClock?: StartClock;
}

const waits = () =>
  metrics.histogram('salto_pair_lock_wait_seconds', 'Until the lock of a (site, member) pair was held');

/**
 * One attempt at a time per pair: an advisory lock of a database session. Needs connections of its own, straight to
 * PostgreSQL (a pooler that shares sessions between clients would share the locks).
 */
export class PairLocks {
  readonly #pool: Pool;
  readonly #waitMs: number;
  readonly #startClock: StartClock;

  constructor(pool: Pool, { waitMs = 10_000, startClock = databaseClock }: PairLockOptions = {}) {
    this.#pool = pool;
    this.#waitMs = waitMs;
    this.#startClock = startClock;
  }

  /**
   * Runs `work` while this session holds the pair's lock.
   * @throws AttemptError `pair_busy` when another attempt holds it for too long, `pair_lock_lost` when the session ended
   */
  async hold<T>(pair: Pair, work: (session: PairSession) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    const session = new PairSession(client, pair);
    try {
      const beganAt = performance.now();
      session.startClock(this.#startClock, await session.lock(this.#waitMs));
      waits().observe((performance.now() - beganAt) / 1_000);
      return await work(session);
    } finally {
      await session.end();
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (cause) {
      throw new AttemptError('database_unavailable', 'soon', "no connection to the adapter's database", { cause });
    }
  }
}

/** The session of an attempt. Whatever the attempt commits goes through it, so that losing the lock ends the attempt. */
export class PairSession {
  readonly pair: Pair;
  readonly #client: PoolClient;
  #lost: unknown;
  #now: () => number = Date.now;

  constructor(client: PoolClient, { siteId, memberId }: Pair) {
    this.#client = client;
    this.pair = { siteId, memberId };
    // A session that ends while it is idle (restart, administrator) tells by an event alone.
    client.on('error', this.#lose);
  }

  /** Epoch ms, of the database's clock. */
  now(): number {
    return this.#now();
  }

  startClock(start: StartClock, databaseNow: number): void {
    this.#now = start(databaseNow);
  }

  /**
   * One statement, committed by itself.
   * @throws AttemptError `pair_lock_lost`
   */
  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.#lost !== undefined) throw this.#lockLost();
    try {
      const { rows } = await this.#client.query<Row>(sql, [...values]);
      return rows;
    } catch (error) {
      // An error with a severity came from a server that still serves this session.
      if (isStatementError(error)) throw error;
      this.#lose(error);
      throw this.#lockLost();
    }
  }

  /** @returns the database's time when the lock was there, epoch ms */
  async lock(waitMs: number): Promise<number> {
    try {
      const [row] = await this.query<{ now: number }>(
        `WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', $2, false)),
              lock AS MATERIALIZED (SELECT pg_advisory_lock(hashtextextended($1, 0)) FROM patience)
         SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now FROM lock`,
        [`${this.pair.siteId}/${this.pair.memberId}`, String(waitMs)],
      );
      return row?.now ?? Date.now();
    } catch (cause) {
      if (!isStatementError(cause) || cause.code !== LOCK_NOT_AVAILABLE) throw cause;
      throw new AttemptError('pair_busy', 'soon', `another attempt holds the lock for more than ${waitMs} ms`, {
        cause,
      });
    }
  }

  /** Gives the lock back; a session that may still hold it is never used again. */
  async end(): Promise<void> {
    try {
      await this.query('SELECT pg_advisory_unlock_all()');
      this.#client.off('error', this.#lose);
      this.#client.release();
    } catch (error) {
      log.warn({ error, ...this.pair }, 'an attempt lost the lock of its pair');
      this.#client.release(true);
    }
  }

  readonly #lose = (reason: unknown): void => {
    this.#lost ??= reason;
  };

  #lockLost(): AttemptError {
    return new AttemptError(LOCK_LOST, 'soon', 'the database session that held the lock has ended', {
      cause: this.#lost,
    });
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Refused statements leave the session as it was; 57P… (ended by an administrator, shutting down) and 08… do not. */
function isStatementError(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return false;
  const code = String(error.code);
  return error.severity === 'ERROR' && !code.startsWith('08');
}
