import { logger } from '@latchkey/service-kit';
import { HubConnectionBuilder, NullLogger, type HubConnection } from '@microsoft/signalr';
import type { Connections } from '../connections/connections.ts';
import { jsonOf } from '../salto-ks/json.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { entryAnswer } from '../salto-ks/entries.client.ts';
import { entriesOf } from './entry-poll.ts';
import type { Entry } from './entry.ts';
import { Pause } from './pause.ts';

export interface SiteHubParts {
  /** Salto's host of event streaming. */
  readonly url: string;
  readonly site: (siteId: string) => Promise<SaltoKsSite>;
  readonly tokens: Pick<Connections, 'hubToken'>;
  readonly record: (siteId: string, entries: readonly Entry[]) => Promise<unknown>;
}

const log = logger('entry-hub');

/** The name under which the hub sends entries (Kasa's audit; Salto documents none). */
const MESSAGE = 'ReceiveMessage';
const HTTP_TIMEOUT_MS = 10_000;
const ASK_AGAIN_MS = 60 * 60_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** A connection that broke sooner is a failure more in a row. */
const STEADY_MS = 30_000;

/**
 * Salto's event hub for one site (SignalR): kept connected, with a new token before the old one ends. What it misses is
 * the poll's to fill, at once after each connection, so nothing here tries to be complete.
 */
export class SiteHub {
  readonly #siteId: string;
  readonly #parts: SiteHubParts;
  /** Something is to be polled: the hub connected, or could not record what it heard. */
  readonly #onGap: () => void;
  readonly #pause = new Pause();
  #since: number | undefined;
  #isSold = false;
  #connection: HubConnection | undefined;
  #recording: Promise<unknown> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();

  constructor(siteId: string, parts: SiteHubParts, onGap: () => void) {
    this.#siteId = siteId;
    this.#parts = parts;
    this.#onGap = onGap;
  }

  /** Since when it streams, epoch ms of this process's clock; undefined while it does not. */
  get since(): number | undefined {
    return this.#since;
  }

  /** The site has a hub, and it does not stream. */
  get isDown(): boolean {
    return this.#isSold && this.#since === undefined;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Connects anew: the connection stands, but Salto has stopped telling. */
  restart(): void {
    this.#pause.wake();
  }

  async stop(): Promise<void> {
    this.#pause.end();
    // Also one that is still being opened.
    await this.#connection?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const siteId = this.#siteId;
    let failures = 0;
    while (!this.#pause.isOver) {
      const beganAt = performance.now();
      try {
        this.#isSold = await this.#askWhetherSold();
        if (this.#isSold) await this.#stream();
        else await this.#pause.sleep(ASK_AGAIN_MS);
        failures = 0;
      } catch (error) {
        if (performance.now() - beganAt > STEADY_MS) failures = 0;
        const delayMs = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
        failures += 1;
        log.warn({ siteId, error, failures, delayMs }, 'the event hub of a site does not stream');
        await this.#pause.sleep(delayMs);
      }
    }
  }

  async #askWhetherSold(): Promise<boolean> {
    const site = await this.#parts.site(this.#siteId);
    return site.entries.haveHub();
  }

  /** Until the connection must have a new token, or is to be restarted. @throws Error when it ends before */
  async #stream(): Promise<void> {
    const { tokens } = this.#parts;
    const { goodUntil, refuse } = await tokens.hubToken(this.#siteId);
    const connection = (this.#connection = this.#newConnection());
    const broken = new AbortController();
    connection.onclose((error) => broken.abort(error ?? new Error('Salto closed the connection')));
    try {
      await connection.start();
      this.#since = Date.now();
      log.info({ siteId: this.#siteId, goodUntil }, 'the event hub of a site streams');
      this.#onGap();
      await this.#pause.sleep(Math.max(goodUntil - Date.now(), FIRST_DELAY_MS), broken.signal);
      broken.signal.throwIfAborted();
    } catch (error) {
      if (isUnauthorized(error)) refuse();
      throw error;
    } finally {
      this.#since = undefined;
      await connection.stop();
      await this.#recording;
    }
  }

  #newConnection(): HubConnection {
    const { url, tokens } = this.#parts;
    const hubUrl = `${url}/v1/hub/entries?site_id=${encodeURIComponent(this.#siteId)}`;
    const connection = new HubConnectionBuilder()
      .withUrl(hubUrl, {
        accessTokenFactory: async () => (await tokens.hubToken(this.#siteId)).token,
        // Its log lines hold messages, and so names.
        logger: NullLogger.instance,
        withCredentials: false,
        timeout: HTTP_TIMEOUT_MS,
      })
      .configureLogging(NullLogger.instance)
      .build();
    connection.on(MESSAGE, (...messages: unknown[]) => this.#received(messages));
    return connection;
  }

  /** One after the other; a message is an entry, a list of them, or either as JSON text. */
  #received(messages: readonly unknown[]): void {
    const values = messages.flatMap((message) => (typeof message === 'string' ? jsonOf(message) : message)).flat();
    const entries = entriesOf(
      this.#siteId,
      values.map((value) => entryAnswer.safeParse(value).data ?? null),
    );
    if (entries.length === 0) return;
    const record = () => this.#parts.record(this.#siteId, entries);
    this.#recording = this.#recording.then(record).catch((error: unknown) => {
      log.warn({ siteId: this.#siteId, error }, 'entries from the event hub cannot be recorded: they are polled');
      this.#onGap();
    });
  }
}

/** The library turns a refused negotiation into a sentence that ends with the status. */
function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Status code '401'");
}
