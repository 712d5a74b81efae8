import { randomUUID } from 'node:crypto';

/** An answer, with its body loosely typed: tests look at what they expect. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
}

export interface SendOptions {
  /** Sent as If-Match. */
  readonly version?: number;
  /** Sent as Idempotency-Key; without it POST takes a new one. */
  readonly key?: string;
}

/** Calls an API with one token, as its users do. */
export class ApiClient {
  readonly #address: string;
  readonly #token: string | undefined;

  constructor(address: string, token: string | undefined) {
    this.#address = address;
    this.#token = token;
  }

  get<Body>(path: string): Promise<Answer<Body>> {
    return this.send<Body>('GET', path);
  }

  post<Body>(path: string, body: unknown, options: SendOptions = {}): Promise<Answer<Body>> {
    return this.send<Body>('POST', path, body, { key: randomUUID(), ...options });
  }

  put<Body>(path: string, body: unknown, version: number): Promise<Answer<Body>> {
    return this.send<Body>('PUT', path, body, { version });
  }

  patch<Body>(path: string, body: unknown, version: number): Promise<Answer<Body>> {
    return this.send<Body>('PATCH', path, body, { version });
  }

  delete<Body>(path: string, version: number): Promise<Answer<Body>> {
    return this.send<Body>('DELETE', path, undefined, { version });
  }

  async send<Body>(method: string, path: string, body?: unknown, options: SendOptions = {}): Promise<Answer<Body>> {
    const { version, key } = options;
    const response = await fetch(`${this.#address}${path}`, {
      method,
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text === '' ? undefined : JSON.parse(text)) as Body;
    return { status: response.status, body: parsed, headers: response.headers };
  }
}

/** The body of an answer that must have succeeded. */
export function bodyOf<Body>({ status, body }: Answer<Body>): Body {
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
