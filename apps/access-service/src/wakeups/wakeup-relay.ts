import type { EntitlementKind } from '@latchkey/access-domain';
import { logger, metrics } from '@latchkey/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import type { WakeupSignal } from '../ledger/wakeups.ts';
import type { Workflows } from './workflows.ts';

const log = logger('wakeup-relay');
const BATCH = 200;
const AT_ONCE = 20;
const POLL_MS = 500;
const LONGEST_BACK_OFF_MS = 10_000;

interface WakeupRow {
  id: string;
  entitlement_kind: EntitlementKind;
  entitlement_id: string;
  signal: WakeupSignal;
  cause: string;
  traceparent: string | null;
}

const signals = metrics.counter('wakeups_total', 'Wakeups handed to Temporal, by outcome', ['outcome']);

/**
 * Hands wakeups to Temporal: signals first, and only then deletes, each row by its id. A crash in between signals once
 * more, which is harmless; a change in between has a row of its own. Several relays may run: rows are locked, and
 * skipped by the others.
 */
export class WakeupRelay {
  readonly #dataSource: DataSource;
  readonly #workflows: Workflows;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(dataSource: DataSource, workflows: Workflows) {
    this.#dataSource = dataSource;
    this.#workflows = workflows;
  }

  /** Not so while Temporal or the database cannot be reached. */
  get isWorking(): boolean {
    return this.#failures < 3;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
  }

  /** Something was written: look now. */
  readonly nudge = (): void => this.#wake.abort();

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const isMore = await this.#tryBatch();
      if (!isMore) await this.#pause();
    }
  }

  async #tryBatch(): Promise<boolean> {
    // Lowered before the look: what is written from here on looks again.
    this.#wake = new AbortController();
    try {
      const { taken, failed } = await this.relayBatch();
      this.#failures = failed > 0 ? this.#failures + 1 : 0;
      return taken === BATCH && failed === 0;
    } catch (error) {
      this.#failures += 1;
      log.warn({ error, failures: this.#failures }, 'wakeups could not be handed on');
      return false;
    }
  }

  async #pause(): Promise<void> {
    const isFailing = this.#failures > 0;
    const pauseMs = isFailing ? Math.min(POLL_MS * 2 ** this.#failures, LONGEST_BACK_OFF_MS) : POLL_MS;
    // While it fails a nudge must not undo the back-off.
    const signal = isFailing ? this.#stop.signal : AbortSignal.any([this.#stop.signal, this.#wake.signal]);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }

  /** Hands on one batch. Rows whose signal failed stay. */
  async relayBatch(): Promise<{ taken: number; failed: number }> {
    return this.#dataSource.transaction(async (em) => {
      const rows: WakeupRow[] = await em.query(
        `SELECT id, entitlement_kind, entitlement_id, signal, cause, traceparent FROM wakeup
         WHERE due_at <= clock_timestamp() ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [BATCH],
      );
      const done = await this.#signalAll(rows);
      await remove(em, done);
      return { taken: rows.length, failed: rows.length - done.length };
    });
  }

  /** @returns the ids of the rows that were handed on */
  async #signalAll(rows: readonly WakeupRow[]): Promise<string[]> {
    const groups = [...Map.groupBy(rows, (row) => `${row.entitlement_kind}:${row.entitlement_id}`).values()];
    const done: string[] = [];
    const lanes = Array.from({ length: Math.min(AT_ONCE, groups.length) }, async () => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        if (await this.#signal(group)) done.push(...group.map(({ id }) => id));
      }
    });
    await Promise.all(lanes);
    return done;
  }

  /** One signal for all rows of an entitlement that wait: it looks at the present state anyway. */
  async #signal(rows: readonly WakeupRow[]): Promise<boolean> {
    const last = rows.at(-1);
    if (last === undefined) return true;
    const signal = rows.some((row) => row.signal === 'cancelled') ? 'cancelled' : 'changed';
    const cause = [...new Set(rows.map((row) => row.cause))].slice(-3).join('; ');
    try {
      const entitlement = { kind: last.entitlement_kind, id: last.entitlement_id };
      await this.#workflows.wake(entitlement, signal, { cause, traceparent: last.traceparent ?? undefined });
      signals.inc({ outcome: 'signalled' }, rows.length);
      return true;
    } catch (error) {
      signals.inc({ outcome: 'failed' }, rows.length);
      log.warn({ error, entitlementId: last.entitlement_id }, 'a workflow could not be signalled');
      return false;
    }
  }
}

async function remove(em: EntityManager, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await em.query('DELETE FROM wakeup WHERE id = ANY($1::bigint[])', [ids]);
}
