import type { DataSource } from 'typeorm';
import type { ReceivedEvent } from '../kafka/event.ts';
import type { Fence } from './relay-lease.ts';

/** An event that waits to be published. */
export interface PendingMessage {
  /** Of the row. */
  readonly id: string;
  /** What must stay in order: all messages of an aggregate. */
  readonly key: string;
  readonly topic: string;
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly appendedAt: number;
  readonly event: Omit<ReceivedEvent, 'source'>;
}

interface Row {
  id: string;
  event_id: string;
  event_type: string;
  topic: string;
  aggregate_type: string;
  aggregate_id: string;
  version: string;
  occurred_at: Date;
  appended_at: Date;
  attempts: number;
  data: unknown;
  traceparent: string | null;
}

/** Another relay leads by now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const LOST = 'the lease of the outbox relay was lost while sending';

/** The relay's view of the outbox table. */
export class OutboxRows {
  readonly #db: DataSource;

  constructor(db: DataSource) {
    this.#db = db;
  }

  /**
   * Unpublished messages, oldest first, without those of a key in back-off. A transaction that began early and commits
   * late is simply found later: there is no cursor that could pass it.
   */
  async pending(limit: number): Promise<PendingMessage[]> {
    const rows: Row[] = await this.#db.query(
      `SELECT id, event_id, event_type, topic, aggregate_type, aggregate_id, version, occurred_at, appended_at,
              attempts, data, traceparent
       FROM outbox_message AS message
       WHERE published_at IS NULL AND NOT EXISTS (
         SELECT FROM outbox_message AS failed
         WHERE failed.published_at IS NULL AND failed.next_attempt_at > clock_timestamp()
           AND failed.aggregate_type = message.aggregate_type AND failed.aggregate_id = message.aggregate_id)
       ORDER BY id LIMIT $1`,
      [limit],
    );
    return rows.map(toMessage);
  }

  /**
   * Marks messages as published, if the leader's turn still lasts: `FOR SHARE` makes a takeover wait for this statement,
   * or shows that it came first.
   * @throws LeaseLost where another leads by now, who sends them again
   */
  async markPublished(ids: readonly string[], fence: Fence): Promise<void> {
    const [, marked]: [unknown, number] = await this.#db.query(
      `WITH turn AS (SELECT FROM outbox_lease WHERE name = 'relay' AND fence = $2 FOR SHARE)
       UPDATE outbox_message SET published_at = clock_timestamp(), next_attempt_at = NULL
       WHERE id = ANY($1::bigint[]) AND EXISTS (SELECT FROM turn)`,
      [ids, fence],
    );
    if (marked < ids.length) throw new LeaseLost(LOST);
  }

  /**
   * Lets a message, and with it the later ones of its key, wait.
   * @throws LeaseLost where another leads by now
   */
  async markFailed(id: string, error: string, delayMs: number, fence: Fence): Promise<void> {
    const [, marked]: [unknown, number] = await this.#db.query(
      `WITH turn AS (SELECT FROM outbox_lease WHERE name = 'relay' AND fence = $4 FOR SHARE)
       UPDATE outbox_message
       SET attempts = attempts + 1, last_error = $2, next_attempt_at = clock_timestamp() + $3 * interval '1 ms'
       WHERE id = $1 AND EXISTS (SELECT FROM turn)`,
      [id, error, delayMs, fence],
    );
    if (marked === 0) throw new LeaseLost(LOST);
  }

  /** How many wait, and since when the oldest does (by the database's clock). */
  async backlog(): Promise<{ count: number; oldestAgeSeconds: number }> {
    const [row]: { count: string; age: string | null }[] = await this.#db.query(
      `SELECT count(*) AS count, extract(epoch FROM clock_timestamp() - min(appended_at)) AS age
       FROM outbox_message WHERE published_at IS NULL`,
    );
    return { count: Number(row?.count ?? 0), oldestAgeSeconds: Number(row?.age ?? 0) };
  }

  /** Deletes some messages published longer ago than this; returns how many. */
  async purge(retentionMs: number, limit: number): Promise<number> {
    const [, deleted]: [unknown, number] = await this.#db.query(
      `DELETE FROM outbox_message WHERE id IN (
         SELECT id FROM outbox_message
         WHERE published_at < clock_timestamp() - $1 * interval '1 ms' ORDER BY published_at LIMIT $2)`,
      [retentionMs, limit],
    );
    return deleted;
  }
}

function toMessage(row: Row): PendingMessage {
  return {
    id: row.id,
    key: `${row.aggregate_type}/${row.aggregate_id}`,
    topic: row.topic,
    attempts: row.attempts,
    appendedAt: row.appended_at.getTime(),
    event: {
      id: row.event_id,
      type: row.event_type,
      aggregateId: row.aggregate_id,
      version: Number(row.version),
      occurredAt: row.occurred_at.getTime(),
      ...(row.traceparent !== null && { traceparent: row.traceparent }),
      data: row.data,
    },
  };
}
