/** How many calls there were, the most within any second (1000 ms, sliding), and the most under way at once. */
export interface LoadReport {
  calls: number;
  largest_per_second: number;
  largest_at_once: number;
}

const SECOND_MS = 1000;
/** Instants that have left the second are cut off in one piece: cheaper than shifting at each call. */
const CUT_AFTER = 1024;

class Counter {
  #instants: number[] = [];
  #oldest = 0;
  #underWay = 0;
  readonly report: LoadReport = { calls: 0, largest_per_second: 0, largest_at_once: 0 };

  /** How many calls there were in the second that ended with the last one. */
  get inLastSecond(): number {
    return this.#instants.length - this.#oldest;
  }

  begin(at: number): void {
    this.#instants.push(at);
    while ((this.#instants[this.#oldest] ?? at) <= at - SECOND_MS) this.#oldest += 1;
    if (this.#oldest > CUT_AFTER) this.#instants = this.#instants.slice(this.#oldest);
    if (this.#oldest > CUT_AFTER) this.#oldest = 0;
    this.#underWay += 1;
    this.report.calls += 1;
    this.#keepLargest();
  }

  end(): void {
    this.#underWay -= 1;
  }

  /** Counts from here on. Calls that are under way still are. */
  reset(): void {
    this.#instants = [];
    this.#oldest = 0;
    Object.assign(this.report, { calls: 0, largest_per_second: 0, largest_at_once: this.#underWay });
  }

  #keepLargest(): void {
    const { largest_per_second, largest_at_once } = this.report;
    this.report.largest_per_second = Math.max(largest_per_second, this.inLastSecond);
    this.report.largest_at_once = Math.max(largest_at_once, this.#underWay);
  }
}

/**
 * What load the callers put on Salto, by the real clock, so that a test can prove a budget. A call is under way from
 * its arrival until it is answered, or until the caller gives up on one that never is.
 */
export class Load {
  readonly #clock: () => number;
  readonly #total = new Counter();
  readonly #bySite = new Map<string, Counter>();

  /** `clock` is in ms and never goes back. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** A call begins; the function that it returns ends it (again is no harm). */
  begin(target: string): () => void {
    const at = this.#clock();
    const ofSite = this.#ofSite(target);
    this.#total.begin(at);
    ofSite?.begin(at);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#total.end();
      ofSite?.end();
    };
  }

  /** The calls about the target's site in the second up to the last of them. */
  inLastSecond(target: string): number {
    return this.#ofSite(target)?.inLastSecond ?? 0;
  }

  /** All calls, and those about each site. */
  report(): { total: LoadReport; sites: Record<string, LoadReport> } {
    const sites = [...this.#bySite].map(([id, { report }]) => [id, { ...report }] as const);
    return { total: { ...this.#total.report }, sites: Object.fromEntries(sites) };
  }

  reset(): void {
    for (const counter of [this.#total, ...this.#bySite.values()]) counter.reset();
  }

  #ofSite(target: string): Counter | undefined {
    const [, siteId] = sitePath.exec(target) ?? [];
    if (siteId === undefined) return undefined;
    const known = this.#bySite.get(siteId);
    if (known) return known;
    const counter = new Counter();
    this.#bySite.set(siteId, counter);
    return counter;
  }
}

/** UUIDs only: what is no site's id cannot make this grow. */
const sitePath = /^\/v[\d.]+\/sites\/([\da-f-]{36})(?:[/?]|$)/i;
