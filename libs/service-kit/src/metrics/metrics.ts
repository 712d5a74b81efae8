import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  labels: Labels;
  value: number;
}

/** Seconds from "instantly" to "a minute late"; enough for API calls, grants and revokes alike. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** The process's metrics. Asking twice for a name gives the same metric, so each can be named where it is counted. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources = new Map<string, () => Promise<string>>();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  counter(name: string, help: string, labelNames: readonly string[] = []): Counter<string> {
    const known = this.#registry.getSingleMetric(name) as Counter<string> | undefined;
    return known ?? new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  /** A histogram of seconds. */
  histogram(name: string, help: string, labelNames: readonly string[] = [], buckets = SECONDS): Histogram<string> {
    const known = this.#registry.getSingleMetric(name) as Histogram<string> | undefined;
    return known ?? new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [this.#registry] });
  }

  /** A gauge that is asked at each scrape; a later registration of the name replaces an earlier one. */
  gauge(name: string, help: string, labelNames: readonly string[], collect: () => Promise<Sample[]> | Sample[]): void {
    this.#registry.removeSingleMetric(name);
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      async collect() {
        const samples = await collect();
        this.reset();
        for (const { labels, value } of samples) this.set(labels, value);
      },
    });
  }

  /** Adds another exporter's text (Temporal's SDK has one of its own) to each scrape. */
  addSource(name: string, read: () => Promise<string>): void {
    this.#sources.set(name, read);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything in Prometheus text format. One failing gauge or source must not hide the others. */
  async scrape(): Promise<string> {
    const own = this.#registry
      .getMetricsAsArray()
      .map(async ({ name }) => this.#registry.getSingleMetricAsString(name));
    const others = [...this.#sources.values()].map((read) => read());
    const parts = await Promise.allSettled([...own, ...others]);
    return parts.map((part) => (part.status === 'fulfilled' ? part.value : '')).join('\n') + '\n';
  }
}

/** One registry for the process: counters live where things happen, also outside Nest. */
export const metrics = new Metrics();
