import type { KafkaMessage } from 'kafkajs';
import { logger } from '../logging/logger.ts';
import { eventTypeOf } from './cloud-events.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { writeDeadLetter } from './dead-letter-writer.ts';
import type { EventDispatcher } from './event-dispatcher.ts';
import { isDeadLetterCause, type DeadLetterCause } from './event-errors.ts';
import type { EventSender } from './event-sender.ts';
import type { EventContext } from './event.ts';

const log = logger('events');

/** An attempt at a record: where it stood, and since when it fails (epoch milliseconds), if it does. */
export interface Attempt extends EventContext {
  readonly firstFailedAt: number | undefined;
}

/** Takes one record to an end: handled, skipped, or safely among the dead letters. */
export class RecordHandler {
  readonly #group: string;
  readonly #dispatcher: EventDispatcher;
  readonly #deadLetters: EventSender;
  readonly #metrics: ConsumerMetrics;

  constructor(group: string, dispatcher: EventDispatcher, deadLetters: EventSender) {
    this.#group = group;
    this.#dispatcher = dispatcher;
    this.#deadLetters = deadLetters;
    this.#metrics = new ConsumerMetrics(group);
  }

  /** @returns whether the record is done with; if not, a dependency failed and it must be tried again */
  async handle(message: KafkaMessage, attempt: Attempt): Promise<boolean> {
    const startedAt = performance.now();
    const count = (outcome: 'retried' | 'dead_lettered') =>
      this.#metrics.count(this.#typeLabel(message), outcome, performance.now() - startedAt);
    try {
      const { firstFailedAt: _, ...context } = attempt;
      const { outcome, event } = await this.#dispatcher.dispatch(message, context);
      this.#metrics.count(this.#typeLabel(message), outcome, performance.now() - startedAt);
      if (outcome !== 'skipped') this.#metrics.age(event, Date.now());
      return true;
    } catch (error) {
      const isDone = isDeadLetterCause(error) && (await this.#bury(message, error, attempt));
      count(isDone ? 'dead_lettered' : 'retried');
      if (!isDone) log.warn({ error, ...this.#about(message, attempt) }, 'an event cannot be handled for now');
      return isDone;
    }
  }

  async #bury(message: KafkaMessage, cause: DeadLetterCause, attempt: Attempt): Promise<boolean> {
    const { topic, partition, attempt: attempts } = attempt;
    const firstFailedAt = attempt.firstFailedAt ?? Date.now();
    try {
      const origin = { topic, partition, group: this.#group, attempts, firstFailedAt };
      await writeDeadLetter(this.#deadLetters, message, cause, origin);
    } catch (error) {
      log.error({ error, ...this.#about(message, attempt) }, 'a dead letter cannot be written');
      return false;
    }
    log.error({ error: cause, code: cause.code, ...this.#about(message, attempt) }, 'an event became a dead letter');
    return true;
  }

  /** Types are labels only where they are ours: a malformed record may claim any. */
  #typeLabel(message: KafkaMessage): string {
    const type = eventTypeOf(message);
    return type !== undefined && this.#dispatcher.handles(type) ? type : 'unknown';
  }

  #about(message: KafkaMessage, { topic, partition, offset, attempt }: Attempt): object {
    return { eventType: eventTypeOf(message), topic, partition, offset, attempt };
  }
}
