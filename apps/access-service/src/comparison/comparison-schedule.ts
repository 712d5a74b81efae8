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

  /** @returns whether this process should compare now */
  async claim(): Promise<boolean> {
    const [claimed]: [unknown[], number] = await this.#dataSource.query(
      `UPDATE comparison SET claimed_at = clock_timestamp()
       WHERE (finished_at IS NULL OR finished_at < clock_timestamp() - $1 * interval '1 millisecond')
         AND (claimed_at IS NULL OR claimed_at < clock_timestamp() - ${CLAIM_SECONDS} * interval '1 second')
       RETURNING claimed_at`,
      [this.#everyMs],
    );
    return claimed.length > 0;
  }

  async finish(): Promise<void> {
    await this.#dataSource.query('UPDATE comparison SET claimed_at = NULL, finished_at = clock_timestamp()');
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
