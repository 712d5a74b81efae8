import { randomUUID } from 'node:crypto';

/** What a service answered, other than 2xx. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(request: string, status: number, body: unknown) {
    super(`${request} answered ${status}: ${JSON.stringify(body)}`);
    this.status = status;
    this.code = (body as { code?: string } | undefined)?.code;
  }
}

export interface RequestOptions {
  /** Sent as `If-Match`: the version that the caller has seen. */
  readonly version?: number;
  /** Sent as `Idempotency-Key` with a POST; a new one unless given. */
  readonly key?: string;
}

/** A service's HTTP API, as one caller. Answers are typed by whoever asks. */
export class Api {
  readonly #baseUrl: string;
  readonly #token: () => Promise<string | undefined>;

  constructor(baseUrl: string, token: () => Promise<string | undefined>) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#request('GET', path, undefined, {});
  }

  post<Answer>(path: string, body: unknown = {}, options: RequestOptions = {}): Promise<Answer> {
    return this.#request('POST', path, body, { key: randomUUID(), ...options });
  }

  put<Answer>(path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.#request('PUT', path, body, options);
  }

  patch<Answer>(path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.#request('PATCH', path, body, options);
  }

  delete<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.#request('DELETE', path, undefined, options);
  }

  /** Every item of a paged list. */
  async list<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<{ items: Item[]; nextCursor?: string }>(`${path}${query}`);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  async #request<Answer>(method: string, path: string, body: unknown, options: RequestOptions): Promise<Answer> {
    const token = await this.#token();
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(options.key !== undefined && { 'idempotency-key': options.key }),
        ...(options.version !== undefined && { 'if-match': `"${options.version}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, answer);
    return answer as Answer;
  }
}
