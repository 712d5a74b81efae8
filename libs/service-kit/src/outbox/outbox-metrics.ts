import { metrics } from '../metrics/metrics.ts';
import type { OutboxRows, PendingMessage } from './outbox-rows.ts';

/** What the outbox and its relay tell Prometheus. */
export class OutboxMetrics {
  readonly #published = metrics.counter('outbox_published_total', 'Events published', ['topic']);
  readonly #failures = metrics.counter('outbox_publish_failures_total', 'Sends that failed', ['topic']);
  readonly #latency = metrics.histogram('outbox_publish_latency_seconds', 'From the append to the acknowledgement');

  constructor(rows: OutboxRows) {
    const backlog = (value: 'count' | 'oldestAgeSeconds') => async () => [
      { labels: {}, value: (await rows.backlog())[value] },
    ];
    metrics.gauge('outbox_pending_messages', 'Events not yet published', [], backlog('count'));
    metrics.gauge(
      'outbox_oldest_pending_age_seconds',
      'Age of the oldest event not yet published',
      [],
      backlog('oldestAgeSeconds'),
    );
  }

  published(topic: string, messages: readonly PendingMessage[], now: number): void {
    this.#published.inc({ topic }, messages.length);
    for (const { appendedAt } of messages) this.#latency.observe(Math.max(0, now - appendedAt) / 1000);
  }

  failed(topic: string): void {
    this.#failures.inc({ topic });
  }
}
