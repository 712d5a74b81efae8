import { randomUUID } from 'node:crypto';
import { ApiClient, type SendOptions } from '@latchkey/test-kit';

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

/** A service's HTTP API, as one caller whose token is renewed. Gives bodies; whatever is not 2xx is thrown. */
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

  post<Answer>(path: string, body: unknown = {}, options: SendOptions = {}): Promise<Answer> {
    return this.#request('POST', path, body, { key: randomUUID(), ...options });
  }

  put<Answer>(path: string, body: unknown, options: SendOptions = {}): Promise<Answer> {
    return this.#request('PUT', path, body, options);
  }

  patch<Answer>(path: string, body: unknown, options: SendOptions = {}): Promise<Answer> {
    return this.#request('PATCH', path, body, options);
  }

  delete<Answer>(path: string, options: SendOptions = {}): Promise<Answer> {
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

  async #request<Answer>(method: string, path: string, body: unknown, options: SendOptions): Promise<Answer> {
    const client = new ApiClient(this.#baseUrl, await this.#token());
    const answer = await client.send<Answer>(method, path, body, options);
    if (answer.status >= 300) throw new ApiError(`${method} ${path}`, answer.status, answer.body);
    return answer.body;
  }
}
