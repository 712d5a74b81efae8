import type { Provider } from 'oidc-provider';
import type { Answer } from '../http/answer.ts';
import type { Incoming } from '../http/route.ts';
import type { Changes } from '../state/changes.ts';
import type { State } from '../state/state.ts';
import type { Identity } from './identity.ts';
import { exchangeInMemory, type RequestHandler } from './in-memory-exchange.ts';
import { interact } from './interactions.ts';

interface IdentityServerParts {
  state: State;
  identity: Identity;
  changes: Changes;
  url: () => string;
  now: () => number;
}

interface Loaded {
  provider: Provider;
  /** oidc-provider's own request handler. */
  protocol: ReturnType<Provider['callback']>;
}

/** Salto's identity server. oidc-provider is loaded when it is first needed: most tests never sign anybody in. */
export class IdentityServer {
  readonly #parts: IdentityServerParts;
  #loaded: Promise<Loaded> | undefined;

  constructor(parts: IdentityServerParts) {
    this.#parts = parts;
  }

  /** Answers at an endpoint of the protocol. */
  async answer(incoming: Incoming): Promise<Answer> {
    const { protocol } = await this.#load();
    const answer = await this.#exchange(incoming, protocol);
    // IdentityServer, which Salto runs, refuses a client with 400; oidc-provider does with 401.
    return answer.status === 401 ? { ...answer, status: 400 } : answer;
  }

  /** Answers at the pages where a person signs in and allows. */
  async interact(incoming: Incoming): Promise<Answer> {
    const { provider } = await this.#load();
    const form = incoming.method === 'POST' ? new URLSearchParams(incoming.text) : undefined;
    const { state } = this.#parts;
    return this.#exchange(incoming, (request, response) => interact({ provider, state, request, response, form }));
  }

  /** Also a GET changes what is remembered: it begins a sign-in, and gives a code out. */
  async #exchange(incoming: Incoming, handler: RequestHandler): Promise<Answer> {
    const answer = await exchangeInMemory(this.#atIssuer(incoming), handler);
    this.#parts.changes.tell();
    return answer;
  }

  /** Addresses that are given out are below the issuer, however the caller reached us. */
  #atIssuer(incoming: Incoming): Incoming {
    const { host, protocol } = new URL(this.#parts.url());
    const forwarded = { 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) };
    return { ...incoming, headers: { ...incoming.headers, ...forwarded } };
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= this.#create();
    return this.#loaded;
  }

  async #create(): Promise<Loaded> {
    const { state, identity, url, now } = this.#parts;
    const { createProvider } = await import('./provider.ts');
    const provider = createProvider({ state, now, issuer: url(), privateJwk: identity.privateJwk });
    provider.proxy = true; // reads what `#atIssuer` says
    return { provider, protocol: provider.callback() };
  }
}
