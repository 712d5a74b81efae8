import { request, type Dispatcher } from 'undici';
import { jsonOf } from './json.ts';
import { noAnswer, SaltoKsError } from './salto-ks.errors.ts';
import { tokenAnswer, tokenRefusal, type TokenAnswer } from './salto-ks.schemas.ts';

export interface IdentityOptions {
  readonly identityUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
}

/** Salto's token endpoint. */
export class IdentityClient {
  readonly #options: IdentityOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: IdentityOptions, dispatcher: Dispatcher) {
    this.#options = options;
    this.#dispatcher = dispatcher;
  }

  /**
   * New tokens for a refresh token, which may be spent by it.
   * @throws SaltoKsError `connection_needs_reconnect` when it is refused for good
   */
  async refresh(refreshToken: string): Promise<TokenAnswer> {
    const { status, body } = await this.#post({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const tokens = tokenAnswer.safeParse(body);
    if (status === 200 && tokens.success) return tokens.data;
    const reason = tokenRefusal.safeParse(body).data?.error ?? 'unexpected answer';
    const what = `refresh token: HTTP ${status}, ${reason}`;
    if (reason === 'invalid_grant')
      throw new SaltoKsError(what, { code: 'connection_needs_reconnect', retry: 'later', status });
    if (status === 429 || status >= 500)
      throw new SaltoKsError(what, { code: 'provider_unavailable', retry: 'soon', status });
    throw new SaltoKsError(what, { code: 'unknown_provider_error', retry: 'later', status });
  }

  async #post(form: Record<string, string>): Promise<{ status: number; body: unknown }> {
    const { identityUrl, clientId, clientSecret, timeoutMs } = this.#options;
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    try {
      const response = await request(`${identityUrl}/connect/token`, {
        dispatcher: this.#dispatcher,
        method: 'POST',
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.body.text();
      return { status: response.statusCode, body: jsonOf(text) };
    } catch (cause) {
      throw noAnswer('refresh token', cause);
    }
  }
}
