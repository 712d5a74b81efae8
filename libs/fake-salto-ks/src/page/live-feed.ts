import type { ServerResponse } from 'node:http';
import type { Call, CallLog } from '../control/call-log.ts';
import type { Load } from '../load/load.ts';
import type { Changes } from '../state/changes.ts';
import type { Entries, Entry } from '../state/entries.ts';

/** Often enough to look live; rarely enough that thousands of calls a second cost nothing. */
const TICK_MS = 250;
const HEARTBEAT_TICKS = 40;
/** What one tick shows at most of each log. The newest win: nobody can read more. */
const MOST_AT_ONCE = 50;
/** What may wait for a page that does not read. */
const MOST_UNREAD_BYTES = 1024 * 1024;

interface Parts {
  calls: CallLog;
  entries: Entries;
  load: Load;
  changes: Changes;
}

/**
 * Server-sent events for the page: `calls`, `entries`, `load`, and `changed` when it should look at the state again.
 * Everything is gathered once a tick and only while a page is open, so that calls pay nothing for it.
 */
export class LiveFeed {
  readonly #parts: Parts;
  readonly #pages = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void)[] = [];
  #ticks = 0;
  #seenCalls = 0;
  #pending: Call[] = [];
  #entries: { site_id: string; entry: Entry }[] = [];
  #hasChanged = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends to this page until it goes away. */
  join(page: ServerResponse): void {
    this.#pages.add(page);
    page.once('close', () => this.#leave(page));
    page.write('retry: 1000\n\n');
    if (this.#timer === undefined) this.#start();
  }

  #leave(page: ServerResponse): void {
    this.#pages.delete(page);
    if (this.#pages.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const stop of this.#stopListening) stop();
  }

  #start(): void {
    const { calls, entries, changes } = this.#parts;
    [this.#seenCalls, this.#pending, this.#entries] = [calls.added, [], []];
    this.#stopListening = [
      entries.onAdded((site_id, entry) => {
        this.#entries.push({ site_id, entry });
        if (this.#entries.length > MOST_AT_ONCE) this.#entries.shift();
      }),
      changes.onChange(() => (this.#hasChanged = true)),
    ];
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    this.#ticks += 1;
    const calls = this.#newCalls();
    if (calls.length > 0) {
      this.#send('calls', { items: calls });
      this.#send('load', this.#parts.load.report().total);
    }
    if (this.#entries.length > 0) this.#send('entries', { items: this.#entries.splice(0) });
    if (this.#hasChanged) this.#send('changed', {});
    this.#hasChanged = false;
    if (this.#ticks % HEARTBEAT_TICKS === 0) this.#write(': still here\n\n');
  }

  /** Those since the last tick, and those of before that were still under way then. */
  #newCalls(): Call[] {
    const { calls } = this.#parts;
    const unseen = calls.since(this.#seenCalls, MOST_AT_ONCE);
    this.#seenCalls = calls.added;
    const settled = this.#pending.filter(({ outcome }) => outcome !== 'pending');
    this.#pending = [...this.#pending, ...unseen].filter(({ outcome }) => outcome === 'pending').slice(-MOST_AT_ONCE);
    return [...settled, ...unseen];
  }

  #send(event: string, data: unknown): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    for (const page of this.#pages) {
      if (page.writableLength > MOST_UNREAD_BYTES) page.destroy();
      else page.write(text);
    }
  }
}
