import { setTimeout as wait } from 'node:timers/promises';
import type { Target } from './target.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON, or the text itself where it is none. */
  readonly body: unknown;
}

const ANSWER_WITHIN_MS = 30_000;
const MOST_WAITS_AT_LIMIT = 5;
const WAIT_AT_LIMIT_MS = 5000;
const LONGEST_WAIT_AT_LIMIT_MS = 60_000;

/** HTTP, one request after the other, no faster than the target may be asked; a 429 is waited for. */
export class SaltoClient {
  readonly #intervalMs: number;
  #nextAt = 0;

  constructor({ requestsPerSecond }: Pick<Target, 'requestsPerSecond'>) {
    this.#intervalMs = 1000 / requestsPerSecond;
  }

  /** Never follows redirects: they are what is looked at. Rejects when there is no answer in half a minute. */
  async send(url: string, init: RequestInit = {}): Promise<Answer> {
    for (let waits = 0; ; waits += 1) {
      const answer = await this.#once(url, init);
      if (answer.status !== 429 || waits === MOST_WAITS_AT_LIMIT) return answer;
      await wait(waitAtLimitMs(answer.headers.get('retry-after')));
    }
  }

  /** The pause begins at an answer, so that also at Salto's end no two calls are nearer to each other. */
  async #once(url: string, init: RequestInit): Promise<Answer> {
    const pauseMs = this.#nextAt - performance.now();
    if (pauseMs > 0) await wait(Math.ceil(pauseMs));
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      const response = await fetch(url, { redirect: 'manual', signal, ...init });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    } catch (cause) {
      throw new Error(`no answer from ${new URL(url).host}`, { cause });
    } finally {
      this.#nextAt = performance.now() + this.#intervalMs;
    }
  }
}

/** `Retry-After` is a number of seconds or a date. */
function waitAtLimitMs(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? NaN);
  const ms = Number.isNaN(seconds) ? Date.parse(retryAfter ?? '') - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? WAIT_AT_LIMIT_MS : Math.min(Math.max(ms, 0), LONGEST_WAIT_AT_LIMIT_MS);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
