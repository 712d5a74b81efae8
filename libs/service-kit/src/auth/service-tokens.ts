import { z } from 'zod';
import { discover } from './discovery.ts';

export interface ServiceTokensOptions {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The audience of the service that is to be called (RFC 8707 `resource`). */
  resource: string;
  scopes: readonly string[];
}

const answer = z.object({ access_token: z.string(), expires_in: z.number() });
const TIMEOUT_MS = 3_000;
/** Renewed this much before its end, so that a token never expires on its way. */
const RENEW_BEFORE_MS = 30_000;

/** Access tokens of this service for another one (client credentials). In memory only; one request at a time fetches. */
export class ServiceTokens {
  readonly #options: ServiceTokensOptions;
  readonly #now: () => number;
  #cached: { token: string; renewAt: number } | undefined;
  #pending: Promise<string> | undefined;

  constructor(options: ServiceTokensOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
  }

  /** A token that is good for at least some seconds. @throws when the issuer cannot be reached or refuses */
  async token(): Promise<string> {
    if (this.#cached !== undefined && this.#now() < this.#cached.renewAt) return this.#cached.token;
    this.#pending ??= this.#fetch().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  /** Forgets the token: call it when a service answered 401. */
  forget(): void {
    this.#cached = undefined;
  }

  async #fetch(): Promise<string> {
    const { issuer, clientId, clientSecret, resource, scopes } = this.#options;
    const { token_endpoint: endpoint } = await discover(issuer);
    if (endpoint === undefined) throw new Error(`${issuer} has no token endpoint`);
    const basic = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(':');
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' '), resource }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`${issuer} answered ${response.status} to client ${clientId}`);
    const { access_token: token, expires_in: seconds } = answer.parse(await response.json());
    const lifetimeMs = seconds * 1_000;
    this.#cached = { token, renewAt: this.#now() + Math.max(lifetimeMs - RENEW_BEFORE_MS, lifetimeMs / 2) };
    return token;
  }
}
