import type { Endpoints } from '@latchkey/local-stack';
import { Api } from './api.ts';

/** A fresh token well before the old one ends. */
const TOKEN_MARGIN_MS = 60_000;

/** A running system, seen from outside: its APIs as each of the demo's logins, and the fake Salto KS behind it. */
export class System {
  readonly endpoints: Endpoints;
  readonly #tokens = new Map<string, { value: Promise<string>; until: number }>();

  constructor(endpoints: Endpoints) {
    this.endpoints = endpoints;
  }

  /** The billing gateway's API as this login. */
  billing(login: string): Api {
    return this.#api('billing-gateway', login);
  }

  access(login: string): Api {
    return this.#api('access-service', login);
  }

  adapter(login: string): Api {
    return this.#api('salto-adapter', login);
  }

  /** The fake Salto KS's control routes. */
  get saltoControl(): Api {
    return new Api(this.#saltoKs.control, () => Promise.resolve(undefined));
  }

  /** Where Temporal UI shows the entitlement's workflow, whichever its run. */
  workflowUrl(kind: 'booking' | 'subscription', id: string): string {
    const { uiUrl, namespace } = this.endpoints.temporal;
    return `${uiUrl}/namespaces/${namespace}/workflows/${kind}-access:${id}`;
  }

  /** An access token of a demo login. */
  token(login: string): Promise<string> {
    const known = this.#tokens.get(login);
    if (known !== undefined && Date.now() < known.until) return known.value;
    const fetched = this.#fetchToken(login);
    this.#tokens.set(login, { value: fetched, until: Date.now() + 5 * TOKEN_MARGIN_MS });
    fetched.catch(() => this.#tokens.delete(login));
    return fetched;
  }

  async #fetchToken(login: string): Promise<string> {
    const { token } = this.endpoints.logins.find(({ name }) => name === login) ?? {};
    if (token === undefined) throw new Error(`there is no demo login ${login}`);
    const response = await fetch(token.url, { method: 'POST', body: new URLSearchParams(token.body) });
    if (!response.ok) throw new Error(`no token for ${login}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  #api(service: string, login: string): Api {
    const url = this.endpoints.services[service];
    if (url === undefined) throw new Error(`${service} is not part of this system`);
    return new Api(url, () => this.token(login));
  }

  get #saltoKs(): NonNullable<Endpoints['saltoKs']> {
    const { saltoKs } = this.endpoints;
    if (saltoKs === undefined) throw new Error('this system runs without the fake Salto KS');
    return saltoKs;
  }
}
