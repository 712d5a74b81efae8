import { QueryFailedError } from 'typeorm';
import { encodeEvent, type EventRecord } from '../kafka/cloud-events.ts';
import { logger } from '../logging/logger.ts';
import type { OutboxMetrics } from './outbox-metrics.ts';
import { LeaseLost, type OutboxRows, type PendingMessage } from './outbox-rows.ts';
import type { Fence } from './relay-lease.ts';
import { classifySendFailure } from './send-failures.ts';

/** Sends records to a topic, in order; resolves when all are written (`EventSender`). */
export interface RecordSender {
  send(topic: string, records: EventRecord[]): Promise<void>;
}

/** Thrown where no broker answers: no key is to blame, so none is put into back-off. */
export class BrokerUnreachable extends Error {
  override readonly name = 'BrokerUnreachable';
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;
const log = logger('outbox');

/** Publishes a batch of the outbox, topic by topic, and marks what became of it. */
export class OutboxPublisher {
  readonly #rows: OutboxRows;
  readonly #sender: RecordSender;
  readonly #source: string;
  readonly #metrics: OutboxMetrics;

  /** @param source CloudEvents `source` of this service, a URI */
  constructor(rows: OutboxRows, sender: RecordSender, source: string, metrics: OutboxMetrics) {
    this.#rows = rows;
    this.#sender = sender;
    this.#source = source;
    this.#metrics = metrics;
  }

  /** @throws BrokerUnreachable, LeaseLost or a database's error, with the rest of the batch unsent or unmarked */
  async publish(messages: readonly PendingMessage[], fence: Fence): Promise<void> {
    for (const [topic, ofTopic] of Map.groupBy(messages, (message) => message.topic)) {
      await this.#publishToTopic(topic, ofTopic, fence);
    }
  }

  async #publishToTopic(topic: string, messages: readonly PendingMessage[], fence: Fence): Promise<void> {
    try {
      await this.#send(topic, messages, fence);
    } catch (error) {
      const keys = [...Map.groupBy(messages, ({ key }) => key).values()];
      if (this.#reachOf(error, topic) === 'message' && messages.length > 1) {
        // One record spoils the batch: apart from it, and what follows it in its key, everything goes through.
        for (const ofKey of keys) await this.#publishOneByOne(topic, ofKey, fence);
        return;
      }
      for (const [first] of keys) if (first !== undefined) await this.#stopKey(first, error, fence);
    }
  }

  async #publishOneByOne(topic: string, ofKey: readonly PendingMessage[], fence: Fence): Promise<void> {
    for (const message of ofKey) {
      try {
        await this.#send(topic, [message], fence);
      } catch (error) {
        this.#reachOf(error, topic);
        return this.#stopKey(message, error, fence);
      }
    }
  }

  async #send(topic: string, messages: readonly PendingMessage[], fence: Fence): Promise<void> {
    const records = messages.map(({ event }) => encodeEvent({ ...event, source: this.#source }));
    await this.#sender.send(topic, records);
    await this.#rows.markPublished(
      messages.map(({ id }) => id),
      fence,
    );
    this.#metrics.published(topic, messages, Date.now());
  }

  /** Passes on what no key is to blame for. */
  #reachOf(error: unknown, topic: string): 'message' | 'topic' {
    if (error instanceof LeaseLost || error instanceof QueryFailedError) throw error;
    this.#metrics.failed(topic);
    const failure = classifySendFailure(error);
    if (failure === 'unreachable') throw new BrokerUnreachable('no Kafka broker answers', { cause: error });
    return failure;
  }

  /** The first unsent message of a key carries the back-off; the query leaves out the later ones with it. */
  async #stopKey({ id, topic, attempts, event }: PendingMessage, error: unknown, fence: Fence): Promise<void> {
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** attempts, MAX_DELAY_MS);
    const about = { topic, eventType: event.type, aggregateId: event.aggregateId, attempts: attempts + 1, delayMs };
    log.error({ error, ...about }, 'an event could not be published; its aggregate waits');
    await this.#rows.markFailed(id, String(error).slice(0, 500), delayMs, fence);
  }
}
