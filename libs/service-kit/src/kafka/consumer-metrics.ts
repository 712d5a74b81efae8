import { metrics } from '../metrics/metrics.ts';
import type { DispatchOutcome } from './event-dispatcher.ts';
import type { ReceivedEvent } from './event.ts';

export type HandlingOutcome = DispatchOutcome | 'retried' | 'dead_lettered';

/** Counts what a consumer group does. Event types that nobody handles share one label, as records name them freely. */
export class ConsumerMetrics {
  readonly #consumer: string;
  readonly #handled = metrics.counter('event_handled_total', 'Attempts to handle an event, by outcome', [
    'event_type',
    'consumer',
    'outcome',
  ]);
  readonly #duration = metrics.histogram('event_handling_duration_seconds', 'Time that one attempt took', [
    'event_type',
    'consumer',
  ]);
  readonly #age = metrics.histogram('event_age_seconds', 'From the change to the end of its handling here', [
    'event_type',
    'consumer',
  ]);

  constructor(consumer: string) {
    this.#consumer = consumer;
  }

  /** @param durationMs of this attempt */
  count(eventType: string, outcome: HandlingOutcome, durationMs: number): void {
    this.#handled.inc({ event_type: eventType, consumer: this.#consumer, outcome });
    this.#duration.observe({ event_type: eventType, consumer: this.#consumer }, durationMs / 1000);
  }

  age({ type, occurredAt }: ReceivedEvent, now: number): void {
    this.#age.observe({ event_type: type, consumer: this.#consumer }, Math.max(0, now - occurredAt) / 1000);
  }
}
