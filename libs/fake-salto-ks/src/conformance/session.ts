import { SaltoClient, type Answer } from './salto-client.ts';
import type { JsonObject } from './seen.ts';
import type { Target } from './target.ts';
import { Tokens } from './tokens.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One run at one target: signed in, at its pace. */
export class Session {
  readonly target: Target;
  readonly client: SaltoClient;
  readonly tokens: Tokens;

  constructor(target: Target) {
    this.target = target;
    this.client = new SaltoClient(target);
    this.tokens = new Tokens(target, this.client);
  }

  /** Reads from the API; with another token than our own, or with none (`null`). */
  async api(path: string, token?: string | null): Promise<Answer> {
    const bearer = token === undefined ? await this.tokens.access() : token;
    const headers = { accept: 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) };
    return this.client.send(path.startsWith('http') ? path : `${this.target.apiUrl}${path}`, { headers });
  }

  /** A call below a site, that of the target unless told otherwise; checks go through their `Lab`, which looks at what it would change. */
  async site(
    method: Method,
    path: string,
    body?: JsonObject,
    version = 'v1.2',
    siteId = this.target.siteId,
  ): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await this.tokens.access()}`,
      accept: 'application/json',
      'content-type': 'application/json',
    };
    const url = `${this.target.apiUrl}/${version}/sites/${siteId}/${path}`;
    return this.client.send(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }
}
