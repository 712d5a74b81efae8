import { encodeEvent, type EventRecord } from '../kafka/cloud-events.ts';
import { logger } from '../logging/logger.ts';
import type { OutboxMetrics } from './outbox-metrics.ts';
import type { OutboxRows, PendingMessage } from './outbox-rows.ts';
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

/** The send itself failed, with what the client says in the cause; anything else that fails is the database's. */
class SendFailed extends Error {
  override readonly name = 'SendFailed';
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
      if (this.#reachOf(error) === 'message' && messages.length > 1) {
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
        this.#reachOf(error);
        return this.#stopKey(message, error, fence);
      }
    }
  }

  async #send(topic: string, messages: readonly PendingMessage[], fence: Fence): Promise<void> {
    const records = messages.map(({ event }) => encodeEvent({ ...event, source: this.#source }));
    try {
      await this.#sender.send(topic, records);
    } catch (cause) {
      this.#metrics.failed(topic);
      throw new SendFailed(`a send to ${topic} failed`, { cause });
    }
    await this.#rows.markPublished(
      messages.map(({ id }) => id),
      fence,
    );
    this.#metrics.published(topic, messages, Date.now());
  }

  /** Passes on what no key is to blame for. */
  #reachOf(error: unknown): 'message' | 'topic' {
    if (!(error instanceof SendFailed)) throw error;
    const failure = classifySendFailure(error.cause);
    if (failure === 'unreachable') throw new BrokerUnreachable('no Kafka broker answers', { cause: error.cause });
    return failure;
  }

  /** The first unsent message of a key carries the back-off; the query leaves out the later ones with it. */
  async #stopKey({ id, topic, attempts, event }: PendingMessage, error: unknown, fence: Fence): Promise<void> {
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** attempts, MAX_DELAY_MS);
    await this.#rows.markFailed(id, reasonOf(error).slice(0, 500), delayMs, fence);
    const about = { topic, eventType: event.type, aggregateId: event.aggregateId, attempts: attempts + 1, delayMs };
    log.error({ error, ...about }, 'an event could not be published; its aggregate waits');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
