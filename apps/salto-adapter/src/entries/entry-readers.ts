import { logger, metrics } from '@latchkey/service-kit';
import type { EntryLogs } from './entry-logs.ts';
import { Pause } from './pause.ts';
import { SiteReader, type SiteMode, type SiteReaderParts } from './site-reader.ts';

export interface EntryReadersOptions extends SiteReaderParts {
  readonly logs: EntryLogs;
  /** How often leases are renewed; 10 s unless told: well within a lease. */
  readonly claimMs?: number;
}

const log = logger('entries');
const CLAIM_MS = 10_000;
const PURGE_EVERY_MS = 10 * 60_000;
/** A process that cannot renew its leases gives its sites up before others take them. */
const CLAIMS_THAT_MAY_FAIL = 2;
const MODES: readonly SiteMode[] = ['streaming', 'polling', 'hub_down', 'failing'];

/** Reads the doors of every connected site that no other process reads. */
export class EntryReaders {
  readonly #options: EntryReadersOptions;
  readonly #readers = new Map<string, SiteReader>();
  readonly #pause = new Pause();
  #purgeAt = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: EntryReadersOptions) {
    this.#options = options;
  }

  /** How the sites of this process are read. */
  modes(): Map<string, SiteMode> {
    return new Map([...this.#readers].map(([siteId, reader]) => [siteId, reader.mode]));
  }

  start(): void {
    this.#registerMetrics();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#pause.end();
    await this.#running;
    await this.#keepOnly([]);
    await this.#options.logs.release().catch((error: unknown) => log.warn({ error }, 'leases run out by themselves'));
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#pause.isOver) {
      try {
        await this.#claim();
        failures = 0;
      } catch (error) {
        failures += 1;
        log.warn({ error, failures }, 'the sites to read could not be asked for');
        if (failures > CLAIMS_THAT_MAY_FAIL) await this.#keepOnly([]);
      }
      await this.#pause.sleep(this.#options.claimMs ?? CLAIM_MS);
    }
  }

  async #claim(): Promise<void> {
    const { logs } = this.#options;
    const siteIds = await logs.claim();
    await this.#keepOnly(siteIds);
    for (const siteId of siteIds) if (!this.#readers.has(siteId)) this.#read(siteId);
    await logs.letGo();
    if (performance.now() < this.#purgeAt) return;
    await logs.purge();
    this.#purgeAt = performance.now() + PURGE_EVERY_MS;
  }

  #read(siteId: string): void {
    const reader = new SiteReader(siteId, this.#options);
    this.#readers.set(siteId, reader);
    reader.start();
  }

  async #keepOnly(siteIds: readonly string[]): Promise<void> {
    const ending = [...this.#readers].filter(([siteId]) => !siteIds.includes(siteId));
    for (const [siteId] of ending) this.#readers.delete(siteId);
    await Promise.all(ending.map(([, reader]) => reader.stop()));
  }

  #registerMetrics(): void {
    metrics.gauge('salto_entry_sites', 'Sites whose doors this process reads, by how', ['mode'], () => {
      const modes = [...this.modes().values()];
      return MODES.map((mode) => ({ labels: { mode }, value: modes.filter((one) => one === mode).length }));
    });
    metrics.gauge('salto_entry_oldest_pass_seconds', 'Since a site was last polled to the end', [], async () => [
      { labels: {}, value: await this.#options.logs.oldestPassSeconds() },
    ]);
  }
}
