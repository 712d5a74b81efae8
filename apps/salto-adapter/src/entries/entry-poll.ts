import { logger } from '@latchkey/service-kit';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import type { EntryAnswer } from '../salto-ks/entries.client.ts';
import type { EntryLogs } from './entry-logs.ts';
import type { EntryRecorder } from './entry-recorder.ts';
import { entryOf, type Entry } from './entry.ts';

const log = logger('entries');

/** Reads the doors of a site from where it was read to. */
export class EntryPoll {
  readonly #logs: EntryLogs;
  readonly #recorder: EntryRecorder;
  readonly #site: (siteId: string) => Promise<SaltoKsSite>;

  constructor(logs: EntryLogs, recorder: EntryRecorder, site: (siteId: string) => Promise<SaltoKsSite>) {
    this.#logs = logs;
    this.#recorder = recorder;
    this.#site = site;
  }

  /**
   * One pass: each page is recorded with the instant that it reaches to, so that a pass that ends early is no loss and
   * the next goes on from there.
   * @param signal ends the pass before its next page
   * @returns the entries that nobody had told of, null for a site that is read no more
   * @throws SaltoKsError, AttemptError
   */
  async pass(siteId: string, signal?: AbortSignal): Promise<Entry[] | null> {
    const pass = await this.#logs.begin(siteId);
    if (pass === undefined) return null;
    const site = await this.#site(siteId);
    const unseen: Entry[] = [];
    for await (const page of site.entries.pages(pass.from)) {
      const readTo = Math.max(0, ...page.map((answer) => answer?.utc_date_time ?? 0));
      unseen.push(...(await this.#recorder.record(siteId, entriesOf(siteId, page), { via: 'poll', readTo })));
      if (signal?.aborted === true) return unseen;
    }
    await this.#logs.finish(siteId, pass);
    return unseen;
  }
}

/** The entries of doors among a page's lines. */
export function entriesOf(siteId: string, page: readonly (EntryAnswer | null)[]): Entry[] {
  const readable = page.filter((answer) => answer !== null);
  if (readable.length < page.length) {
    log.warn({ siteId, lines: page.length - readable.length }, 'lines of the log of doors cannot be read');
  }
  return readable.flatMap((answer) => entryOf(answer) ?? []);
}
