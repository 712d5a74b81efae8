/** Where a partition stands that waits for a dependency. */
export interface Retry {
  readonly offset: string;
  readonly attempts: number;
  readonly firstFailedAt: number;
}

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** Remembers, by partition, the event that cannot be handled for now. */
export class PartitionRetries {
  readonly #retries = new Map<string, Retry>();

  /** The how-manieth attempt the event at this offset is about to get. */
  attempt(partition: string, offset: string): number {
    return (this.#at(partition, offset)?.attempts ?? 0) + 1;
  }

  /** Epoch milliseconds of the first failure of the event at this offset. */
  firstFailedAt(partition: string, offset: string): number | undefined {
    return this.#at(partition, offset)?.firstFailedAt;
  }

  /** Notes a failure and says how long to wait: 0.1 s, doubling to 5 s, with a little chance against marching in step. */
  failed(partition: string, offset: string, now: number): number {
    const attempts = this.attempt(partition, offset);
    const firstFailedAt = this.firstFailedAt(partition, offset) ?? now;
    this.#retries.set(partition, { offset, attempts, firstFailedAt });
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), MAX_DELAY_MS);
    return delayMs * (0.8 + 0.2 * Math.random());
  }

  succeeded(partition: string): void {
    this.#retries.delete(partition);
  }

  /** Forgets the partitions that another consumer has now. */
  keepOnly(partitions: ReadonlySet<string>): void {
    for (const partition of this.#retries.keys()) if (!partitions.has(partition)) this.#retries.delete(partition);
  }

  /** Epoch milliseconds since when the longest-waiting partition waits. */
  get blockedSince(): number | undefined {
    const since = [...this.#retries.values()].map(({ firstFailedAt }) => firstFailedAt);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  #at(partition: string, offset: string): Retry | undefined {
    const retry = this.#retries.get(partition);
    return retry?.offset === offset ? retry : undefined;
  }
}
