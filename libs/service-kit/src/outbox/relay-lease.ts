import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** Names the holder's turn: it rises with every change of holder, so that a stalled old leader can be told apart. */
export type Fence = string;

/**
 * The right to publish, for one relay at a time: a row with a holder and an end by the database's clock.
 * Locally it counts as over a little earlier than in the database.
 */
export class RelayLease {
  readonly #holder = randomUUID();
  readonly #db: DataSource;
  readonly #durationMs: number;
  #fence: Fence | undefined;
  #heldUntil = 0;

  constructor(db: DataSource, durationMs: number) {
    this.#db = db;
    this.#durationMs = durationMs;
  }

  /** The fence, while this relay may take it that it leads. */
  get fence(): Fence | undefined {
    return performance.now() < this.#heldUntil ? this.#fence : undefined;
  }

  /** Takes the lease if it is free, or lengthens it if it is ours. */
  async acquireOrRenew(): Promise<Fence | undefined> {
    // The time before the query: what it takes must shorten our view of the lease, not lengthen it.
    const askedAt = performance.now();
    const rows: { fence: Fence }[] = await this.#db.query(
      `INSERT INTO outbox_lease AS lease (name, holder, fence, expires_at)
       VALUES ('relay', $1, 1, clock_timestamp() + $2 * interval '1 ms')
       ON CONFLICT (name) DO UPDATE SET
         holder = excluded.holder,
         fence = lease.fence + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END,
         expires_at = excluded.expires_at
       WHERE lease.holder = excluded.holder OR lease.expires_at < clock_timestamp()
       RETURNING fence`,
      [this.#holder, this.#durationMs],
    );
    this.#fence = rows[0]?.fence;
    this.#heldUntil = this.#fence === undefined ? 0 : askedAt + this.#durationMs;
    return this.fence;
  }

  /** Lets another relay lead at once. */
  async release(): Promise<void> {
    this.#heldUntil = 0;
    await this.#db.query(`UPDATE outbox_lease SET expires_at = '-infinity' WHERE name = 'relay' AND holder = $1`, [
      this.#holder,
    ]);
  }
}
