import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { CheckState } from '../health/readiness-checks.ts';
import { logger } from '../logging/logger.ts';
import { OutboxMetrics } from './outbox-metrics.ts';
import { BrokerUnreachable, OutboxPublisher, type RecordSender } from './outbox-publisher.ts';
import { OutboxRows } from './outbox-rows.ts';
import { RelayLease, type Fence } from './relay-lease.ts';

export interface RelayOptions {
  readonly db: DataSource;
  readonly sender: RecordSender;
  /** CloudEvents `source`: `urn:latchkey:<service>`. */
  readonly source: string;
  /** How long a silent leader keeps the lead; 10 s unless told. */
  readonly leaseMs?: number;
  /** How often to look without being woken: for other processes' commits, and late ones; 250 ms unless told. */
  readonly pollMs?: number;
  readonly batchSize?: number;
  /** How long published rows are kept; 7 days unless told. */
  readonly retentionMs?: number;
  /** From this age of the oldest unpublished event the service is not ready; 60 s unless told. */
  readonly unreadyAgeMs?: number;
}

const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;
const MAX_PAUSE_MS = 2_000;
const defaults = {
  leaseMs: 10_000,
  pollMs: 250,
  batchSize: 200,
  retentionMs: 7 * 24 * 60 * 60 * 1000,
  unreadyAgeMs: 60_000,
};
const log = logger('outbox');

/**
 * Publishes the outbox. Every process of a service runs one, and one of them leads. Publication is at least once: a crash
 * between send and mark sends again, and consumers compare versions.
 */
export class OutboxRelay {
  readonly #options: Required<RelayOptions>;
  readonly #rows: OutboxRows;
  readonly #lease: RelayLease;
  readonly #publisher: OutboxPublisher;
  readonly #stopping = new AbortController();
  #wakeUp: () => void = () => undefined;
  #isWoken = false;
  #running: Promise<unknown> = Promise.resolve();
  #purgeAt = 0;

  constructor(options: RelayOptions) {
    this.#options = { ...defaults, ...options };
    this.#rows = new OutboxRows(options.db);
    this.#lease = new RelayLease(options.db, this.#options.leaseMs);
    this.#publisher = new OutboxPublisher(this.#rows, options.sender, options.source, new OutboxMetrics(this.#rows));
  }

  start(): void {
    this.#running = Promise.all([this.#keepLease(), this.#run()]);
  }

  /** Looks at once instead of at the next poll; called after a commit. */
  wake(): void {
    this.#isWoken = true;
    this.#wakeUp();
  }

  /** Finishes the batch that is being sent, and lets another relay lead. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
    await this.#lease.release().catch((error: unknown) => log.warn({ error }, 'the lease runs out by itself'));
  }

  /** Not ready when events have waited too long, whichever process leads. */
  async readiness(): Promise<CheckState> {
    const { oldestAgeSeconds } = await this.#rows.backlog();
    if (oldestAgeSeconds * 1000 < this.#options.unreadyAgeMs) return { ready: true };
    return { ready: false, detail: `the oldest unpublished event is ${Math.round(oldestAgeSeconds)} s old` };
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const hasMore = await this.#publishBatch();
        failures = 0;
        if (!hasMore) await this.#sleep(this.#options.pollMs);
      } catch (error) {
        failures += 1;
        const level = error instanceof BrokerUnreachable ? 'warn' : 'error';
        log[level]({ error, failures }, 'the outbox cannot be published for now');
        await this.#pause(Math.min(this.#options.pollMs * 2 ** failures, MAX_PAUSE_MS));
      }
    }
  }

  /** Returns whether there may be more to do at once. */
  async #publishBatch(): Promise<boolean> {
    this.#isWoken = false;
    const fence = this.#lease.fence;
    if (fence === undefined) return false;
    const messages = await this.#rows.pending(this.#options.batchSize);
    // Reading may have taken long: a leader that has stalled past its lease must not send over its successor.
    if (messages.length > 0 && this.#lease.fence === fence) await this.#publisher.publish(messages, fence);
    await this.#purge();
    return messages.length > 0;
  }

  /** Leads or waits to lead, on a loop of its own: a long send must not cost the lease. */
  async #keepLease(): Promise<void> {
    let before: Fence | undefined;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#lease.acquireOrRenew();
      } catch (error) {
        log.warn({ error }, 'the lease of the outbox relay could not be asked for');
      }
      const fence = this.#lease.fence;
      if (fence !== before) {
        log.info({ fence }, fence === undefined ? 'the outbox relay follows' : 'the outbox relay leads');
        this.wake();
      }
      before = fence;
      await this.#pause(fence === undefined ? this.#options.leaseMs / 20 : this.#options.leaseMs / 4);
    }
  }

  async #purge(): Promise<void> {
    if (performance.now() < this.#purgeAt) return;
    const deleted = await this.#rows.purge(this.#options.retentionMs, PURGE_BATCH);
    // A full batch means that there is more: the next round goes on.
    if (deleted < PURGE_BATCH) this.#purgeAt = performance.now() + PURGE_EVERY_MS;
  }

  /** Until woken, or for a while. */
  async #sleep(ms: number): Promise<void> {
    if (this.#isWoken) return;
    const timer = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
    });
    await Promise.race([woken, delay(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }

  /** For a while, or until stopped. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
