import type { DataSource } from 'typeorm';

/** After this long another process takes over what one has begun, and a failed comparison is repeated. */
const CLAIM_SECONDS = 600;

/** Whose turn it is: one process at a time, and not again before the interval is over, whoever restarts. */
export class ComparisonSchedule {
  readonly #dataSource: DataSource;
  readonly #everyMs: number;

  constructor(dataSource: DataSource, everyMs: number) {
    this.#dataSource = dataSource;
    this.#everyMs = everyMs;
  }

  /** @returns the epoch to compare in, if this process should compare now: every interval, and once in a new epoch */
  async claim(): Promise<number | undefined> {
    const [[claimed]]: [{ epoch: number }[], number] = await this.#dataSource.query(
      `UPDATE comparison SET claimed_at = clock_timestamp()
       FROM installation
       WHERE (comparison.epoch < installation.epoch OR finished_at IS NULL OR
              finished_at < clock_timestamp() - $1 * interval '1 millisecond')
         AND (claimed_at IS NULL OR claimed_at < clock_timestamp() - ${CLAIM_SECONDS} * interval '1 second')
       RETURNING installation.epoch`,
      [this.#everyMs],
    );
    return claimed?.epoch;
  }

  /**
   * All was compared in this epoch. Where some of it `failed` that is repeated when the claim has run out; it may never
   * succeed, and so must not keep a restored database from its removals.
   */
  async finish(epoch: number, failed: number): Promise<void> {
    await this.#dataSource.query(
      `UPDATE comparison SET epoch = greatest(epoch, $1),
              claimed_at = CASE WHEN $2 THEN claimed_at END,
              finished_at = CASE WHEN $2 THEN finished_at ELSE clock_timestamp() END`,
      [epoch, failed > 0],
    );
  }

  /** Not all could be compared. A restored database waits for it, so that it is tried again at the next look there. */
  async giveUp(): Promise<void> {
    await this.#dataSource.query(
      `UPDATE comparison SET claimed_at = NULL FROM installation WHERE comparison.epoch < installation.epoch`,
    );
  }

  /** Seconds since the last comparison that ended; undefined before the first. */
  async ageSeconds(): Promise<number | undefined> {
    const [row]: { age: string | null }[] = await this.#dataSource.query(
      'SELECT extract(epoch FROM clock_timestamp() - finished_at) AS age FROM comparison',
    );
    const age = row?.age ?? null;
    return age === null ? undefined : Number(age);
  }
}
