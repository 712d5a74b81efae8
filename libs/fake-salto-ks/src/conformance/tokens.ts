import { NotVerifiable } from './check.ts';
import type { Answer, SaltoClient } from './salto-client.ts';
import { objectOf, outcome } from './seen.ts';
import type { Target } from './target.ts';

export const apiScope = 'user_api.full_access';
export const offlineScope = `${apiScope} offline_access`;

/** Refreshed this long before its end. */
const SPARE_MS = 60_000;

interface Current {
  accessToken: string;
  refreshToken: string | undefined;
  /** By `performance.now()`. */
  endsAt: number;
}

/** A client's HTTP Basic credentials, encoded as RFC 6749 §2.3.1 wants. */
export function basicAuthorization({ id, secret }: Target['client']): string {
  return `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
}

/** Whoever the suite is at Salto: keeps a good access token, and asks the token endpoint for checks. */
export class Tokens {
  readonly #target: Target;
  readonly #client: SaltoClient;
  #current: Current | undefined;

  constructor(target: Target, client: SaltoClient) {
    this.#target = target;
    this.#client = client;
  }

  /** A good access token. Throws when Salto refuses to give one. */
  async access(): Promise<string> {
    if (!this.#current) await this.#signIn();
    else if (this.#current.endsAt - SPARE_MS < performance.now()) await this.renew();
    return this.#current?.accessToken ?? '';
  }

  /** Refreshes; the answer, and whether Salto gave another refresh token than the one that was used. */
  async renew(): Promise<{ answer: Answer; isReplaced: boolean }> {
    if (!this.#current) await this.#signIn();
    const refreshToken = this.#current?.refreshToken ?? '';
    const answer = await this.#refresh(refreshToken);
    return { answer, isReplaced: this.#current?.refreshToken !== refreshToken };
  }

  /** A token request; HTTP Basic with the client's secret unless told otherwise. */
  request(form: Record<string, string>, client = this.#target.client): Promise<Answer> {
    const headers = { authorization: basicAuthorization(client) };
    const init = { method: 'POST', headers, body: new URLSearchParams(form) };
    return this.#client.send(`${this.#target.identityUrl}/connect/token`, init);
  }

  /** Signs in anew by password, for tokens that a check may spend. Only where there is one. */
  byPassword(scope: string): Promise<Answer> {
    const { signIn } = this.#target;
    if (!('password' in signIn)) throw new NotVerifiable('needs user and password');
    return this.request({ grant_type: 'password', username: signIn.user, password: signIn.password, scope });
  }

  async #signIn(): Promise<void> {
    const { signIn } = this.#target;
    if ('refreshToken' in signIn) await this.#refresh(await signIn.refreshToken.read());
    else await this.#keep(await this.byPassword(offlineScope), undefined);
  }

  async #refresh(refreshToken: string): Promise<Answer> {
    const answer = await this.request({ grant_type: 'refresh_token', refresh_token: refreshToken });
    await this.#keep(answer, refreshToken);
    return answer;
  }

  async #keep(answer: Answer, usedToken: string | undefined): Promise<void> {
    const { access_token, refresh_token, expires_in } = objectOf(answer.body);
    if (typeof access_token !== 'string') throw new Error(`signing in was answered ${outcome(answer)}`);
    const refreshToken = typeof refresh_token === 'string' ? refresh_token : usedToken;
    const { signIn } = this.#target;
    if ('refreshToken' in signIn && refreshToken !== undefined) await signIn.refreshToken.write(refreshToken);
    const endsAt = performance.now() + Number(expires_in ?? 3600) * 1000;
    this.#current = { accessToken: access_token, refreshToken, endsAt };
  }
}
