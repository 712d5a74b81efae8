import type { Batch, Consumer, ConsumerCrashEvent, EachBatchPayload, IMemberAssignment, KafkaMessage } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckState } from '../health/readiness-checks.ts';
import { logger } from '../logging/logger.ts';
import { ConsumerLag } from './consumer-lag.ts';
import type { EventDispatcher } from './event-dispatcher.ts';
import { EventSender } from './event-sender.ts';
import type { KafkaClient } from './kafka-client.ts';
import { PartitionRetries } from './partition-retries.ts';
import { RecordHandler } from './record-handler.ts';

export interface EventConsumerOptions {
  readonly client: KafkaClient;
  /** The consumer group, without prefix. */
  readonly group: string;
  readonly dispatcher: EventDispatcher;
  /** The group cannot be joined by trying again (no permission, for instance): the process should end. */
  readonly onFatal: (error: Error) => void;
  /** Partitions handled at the same time; 4 unless told. */
  readonly concurrency?: number;
  /**
   * How long the group waits for a silent consumer before it gives its partitions away: also how long its events wait
   * after a crash of this process or of the broker. 6 s unless told, the least that brokers allow by default.
   */
  readonly sessionTimeoutMs?: number;
  /** How long an event may be tried in vain before the consumer is not ready; 30 s unless told. */
  readonly blockedUnreadyMs?: number;
}

/** One partition's turn. After it the others are fetched again: kafkajs waits for the slowest batch of each fetch. */
const TURN_MS = 500;
const REJOIN_MS = 1_000;
/** What kafkajs gives up on although it only says that the broker is away. */
const brokerIsAway = new Set(['KafkaJSTimeout', 'KafkaJSGroupCoordinatorNotFound']);
const log = logger('event-consumer');

type ConsumerState = 'starting' | 'joined' | 'rejoining' | 'crashed' | 'stopped';

/**
 * Reads a group's topics and takes each record to an end, in order per partition, committing after each.
 * While a dependency fails, the partition pauses at that record, for as long as it takes, and the others go on.
 */
export class EventConsumer {
  readonly #options: Required<EventConsumerOptions>;
  readonly #retries = new PartitionRetries();
  readonly #deadLetters: EventSender;
  readonly #records: RecordHandler;
  readonly #lag: ConsumerLag;
  readonly #stopping = new AbortController();
  /** When the handlers that run now began, by partition. */
  readonly #running = new Map<string, number>();
  #state: ConsumerState = 'starting';
  #consumer: Consumer | undefined;
  #joining: Promise<void> = Promise.resolve();

  constructor(options: EventConsumerOptions) {
    this.#options = { concurrency: 4, sessionTimeoutMs: 6_000, blockedUnreadyMs: 30_000, ...options };
    const { client, group, dispatcher } = options;
    this.#deadLetters = new EventSender(client);
    this.#records = new RecordHandler(group, dispatcher, this.#deadLetters);
    this.#lag = new ConsumerLag(client, group, dispatcher.topics);
  }

  /** Begins to join the group and returns at once: a broker that is away only keeps the consumer unready. */
  start(): void {
    this.#joining = this.#joinUntilDone();
    this.#lag.start();
  }

  /** Leaves the group after the running handlers have finished and their offsets are committed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#joining;
    await this.#consumer?.disconnect();
    await Promise.all([this.#deadLetters.close(), this.#lag.stop()]);
    this.#state = 'stopped';
  }

  /** Ready while the group is joined and no event has been tried in vain, or been in hand, for long. */
  readiness(now: number): CheckState {
    if (this.#state !== 'joined') return { ready: false, detail: `consumer group: ${this.#state}` };
    const seconds = (since: number) => Math.round((now - since) / 1000);
    const isLong = (since: number) => now - since >= this.#options.blockedUnreadyMs;
    const failingSince = this.#retries.blockedSince ?? now;
    if (isLong(failingSince))
      return { ready: false, detail: `an event is tried in vain for ${seconds(failingSince)} s` };
    const runningSince = Math.min(now, ...this.#running.values());
    if (isLong(runningSince)) return { ready: false, detail: `a handler has run for ${seconds(runningSince)} s` };
    return { ready: true };
  }

  async #joinUntilDone(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const consumer = this.#newConsumer();
      try {
        await this.#join(consumer);
        this.#consumer = consumer;
        return;
      } catch (error) {
        const topics = this.#options.dispatcher.topics;
        log.warn({ error, topics }, 'cannot read the topics yet (is the broker there, have topics been applied?)');
        await consumer.disconnect();
        await delay(REJOIN_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  #newConsumer(): Consumer {
    const { client, group, sessionTimeoutMs } = this.#options;
    const consumer = client.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: sessionTimeoutMs / 5,
      maxBytesPerPartition: 256 * 1024,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 3_000,
        retries: 5,
        restartOnFailure: () => Promise.resolve(!this.#stopping.signal.aborted),
      },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment));
    consumer.on(consumer.events.REBALANCING, () => this.#becomes('rejoining'));
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#crashed(payload));
    return consumer;
  }

  async #join(consumer: Consumer): Promise<void> {
    const { client, dispatcher, concurrency } = this.#options;
    await consumer.connect();
    const topics = dispatcher.topics.map((topic) => client.prefixed(topic));
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.#handleBatch(payload),
    });
  }

  async #handleBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const turnEndsAt = performance.now() + TURN_MS;
    for (const message of batch.messages) {
      // Throws when the group rebalances: the rest of the batch may be another consumer's by now.
      await payload.heartbeat();
      if (!payload.isRunning() || performance.now() > turnEndsAt) return;
      const isDone = await this.#handleWithHeartbeats(payload, message);
      if (!isDone) return this.#pause(payload, message.offset);
      this.#retries.succeeded(partitionKey(batch));
      payload.resolveOffset(message.offset);
      const offset = String(BigInt(message.offset) + 1n);
      // Given explicitly, it commits also while stopping, which `consumer.commitOffsets` silently does not.
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    }
  }

  async #handleWithHeartbeats(payload: EachBatchPayload, message: KafkaMessage): Promise<boolean> {
    const { topic, partition } = payload.batch;
    const key = partitionKey(payload.batch);
    this.#running.set(key, Date.now());
    // A failed heartbeat shows again at the commit and at the next record.
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), this.#options.sessionTimeoutMs / 5);
    try {
      return await this.#records.handle(message, {
        topic: this.#options.client.unprefixed(topic),
        partition,
        offset: message.offset,
        attempt: this.#retries.attempt(key, message.offset),
        firstFailedAt: this.#retries.firstFailedAt(key, message.offset),
      });
    } finally {
      clearInterval(beat);
      this.#running.delete(key);
    }
  }

  /** The offset stays unresolved, so that the next fetch after the pause begins with this record again. */
  #pause(payload: EachBatchPayload, offset: string): void {
    const delayMs = this.#retries.failed(partitionKey(payload.batch), offset, Date.now());
    setTimeout(payload.pause(), delayMs).unref();
  }

  #joined(assignment: IMemberAssignment): void {
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => partitionKey({ topic, partition })),
    );
    this.#retries.keepOnly(new Set(partitions));
    this.#becomes('joined');
    log.info({ group: this.#options.group, assignment }, 'joined the consumer group');
  }

  #crashed({ error, restart }: ConsumerCrashEvent['payload']): void {
    this.#becomes(restart || brokerIsAway.has(error.name) ? 'rejoining' : 'crashed');
    if (this.#stopping.signal.aborted) return;
    const { group } = this.#options;
    if (restart) return log.warn({ error, group }, 'the consumer lost its broker and joins again');
    if (brokerIsAway.has(error.name)) {
      log.warn({ error, group }, 'the consumer lost its broker and begins anew');
      this.#joining = this.#joinUntilDone();
      return;
    }
    log.error({ error, group }, 'the consumer group cannot be read any more');
    this.#options.onFatal(error);
  }

  #becomes(state: ConsumerState): void {
    if (!this.#stopping.signal.aborted) this.#state = state;
  }
}

function partitionKey({ topic, partition }: Pick<Batch, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
