import { logger } from '../logging/logger.ts';
import { metrics, type Sample } from '../metrics/metrics.ts';
import type { KafkaClient } from './kafka-client.ts';

const READ_EVERY_MS = 10_000;
const log = logger('consumer-lag');

/**
 * `kafka_consumergroup_lag`: how many records of each partition the group has not committed. Asked of the broker in the
 * background, so that a scrape never waits for it, and so that a paused partition's lag grows too.
 */
export class ConsumerLag {
  readonly #client: KafkaClient;
  readonly #group: string;
  readonly #topics: readonly string[];
  #samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> = Promise.resolve();

  /** @param topics and group without prefix */
  constructor(client: KafkaClient, group: string, topics: readonly string[]) {
    this.#client = client;
    this.#group = group;
    this.#topics = topics;
  }

  start(): void {
    const labels = ['consumergroup', 'topic', 'partition'];
    metrics.gauge('kafka_consumergroup_lag', 'Records not yet committed by the group', labels, () => this.#samples);
    const readAgain = () => {
      this.#reading = this.#read();
      void this.#reading.then(() => {
        this.#timer = setTimeout(readAgain, READ_EVERY_MS).unref();
      });
    };
    readAgain();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#reading;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const admin = this.#client.admin({ retries: 1 });
    try {
      await admin.connect();
      const topics = this.#topics.map((topic) => this.#client.prefixed(topic));
      const committed = await admin.fetchOffsets({ groupId: this.#client.prefixed(this.#group), topics });
      const samples = committed.map(async ({ topic, partitions }) => {
        const ends = await admin.fetchTopicOffsets(topic);
        return ends.map(({ partition, high, low }) => {
          const offset = partitions.find((known) => known.partition === partition)?.offset ?? '-1';
          // Nothing committed yet (-1): the group will read from the beginning.
          const next = offset === '-1' ? Number(low) : Number(offset);
          const labels = {
            consumergroup: this.#group,
            topic: this.#client.unprefixed(topic),
            partition: String(partition),
          };
          return { labels, value: Math.max(0, Number(high) - next) };
        });
      });
      this.#samples = (await Promise.all(samples)).flat();
    } catch (error) {
      log.debug({ error }, 'the lag could not be read');
    } finally {
      await admin.disconnect();
    }
  }
}
