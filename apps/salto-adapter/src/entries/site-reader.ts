import { logger, metrics } from '@latchkey/service-kit';
import type { EntryPoll } from './entry-poll.ts';
import type { Entry } from './entry.ts';
import { Pause } from './pause.ts';
import { SiteHub, type SiteHubParts } from './site-hub.ts';

export interface SiteReaderParts {
  readonly poll: EntryPoll;
  readonly hub: SiteHubParts;
  /** From one pass to the next while the hub does not stream. */
  readonly pollMs: number;
  /** How long the hub may take to tell; 15 s unless told. */
  readonly hubMayTakeMs?: number;
}

/** `streaming`: the hub tells, the poll controls. `polling`: there is no hub; `hub_down`: it does not stream. `failing`: neither works. */
export type SiteMode = 'streaming' | 'polling' | 'hub_down' | 'failing';

const log = logger('entries');
const failures = () =>
  metrics.counter('salto_entry_pass_failures_total', 'Passes over the doors of a site that failed');

/** While the hub streams, the poll only controls it. */
const PACE_WHILE_STREAMING = 10;
const HUB_MAY_TAKE_MS = 15_000;

/** Reads the doors of one site as long as this process has the site's lease: by the hub where there is one, and by polls. */
export class SiteReader {
  readonly #siteId: string;
  readonly #parts: SiteReaderParts;
  readonly #pause = new Pause();
  readonly #ending = new AbortController();
  readonly #hub: SiteHub;
  #isFailing = false;
  #running: Promise<void> = Promise.resolve();

  constructor(siteId: string, parts: SiteReaderParts) {
    this.#siteId = siteId;
    this.#parts = parts;
    this.#hub = new SiteHub(siteId, parts.hub, () => this.#pause.wake());
  }

  get mode(): SiteMode {
    if (this.#hub.since !== undefined) return 'streaming';
    if (this.#isFailing) return 'failing';
    return this.#hub.isDown ? 'hub_down' : 'polling';
  }

  start(): void {
    this.#hub.start();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    this.#pause.end();
    await Promise.all([this.#running, this.#hub.stop()]);
  }

  async #run(): Promise<void> {
    while (!this.#pause.isOver) {
      const waitMs = await this.#pass();
      await this.#pause.sleep(waitMs);
    }
  }

  /** @returns how long to wait for the next, ms */
  async #pass(): Promise<number> {
    const beganAt = Date.now();
    try {
      const unseen = await this.#parts.poll.pass(this.#siteId, this.#ending.signal);
      this.#isFailing = false;
      if (unseen?.some((entry) => this.#wasMissed(entry, beganAt))) {
        log.warn({ siteId: this.#siteId }, 'the event hub is silent about a site whose doors are used');
        this.#hub.restart();
      }
    } catch (error) {
      this.#isFailing = true;
      failures().inc();
      log.warn({ siteId: this.#siteId, error }, 'the doors of a site cannot be read for now');
    }
    const { pollMs } = this.#parts;
    return this.#hub.since === undefined ? pollMs : pollMs * PACE_WHILE_STREAMING;
  }

  /** The hub streamed when it happened, and has had the time to tell. */
  #wasMissed({ at }: Entry, passBeganAt: number): boolean {
    const { since } = this.#hub;
    const { hubMayTakeMs = HUB_MAY_TAKE_MS } = this.#parts;
    return since !== undefined && at > since + hubMayTakeMs && at < passBeganAt - hubMayTakeMs;
  }
}
