import * as oauth from 'openid-client';
import { fetch as undiciFetch, type Dispatcher, type RequestInit } from 'undici';
import { identityErrorOf } from './identity.errors.ts';
import { SaltoKsError } from './salto-ks.errors.ts';

export interface IdentityOptions {
  readonly identityUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the identity server sends the browser back to, exactly as registered with Salto. */
  readonly redirectUri: string;
  readonly timeoutMs: number;
}

/** What Salto's token endpoint gave. */
export interface SaltoTokens {
  readonly refreshToken: string;
  readonly accessToken: string;
  /** Epoch ms. */
  readonly accessExpiresAt: number;
}

/** The two secrets of one consent: `state` comes back with the browser, the PKCE verifier never leaves us. */
export interface ConsentSecrets {
  readonly state: string;
  readonly codeVerifier: string;
}

/** What the browser brought back. */
export interface ConsentCode extends ConsentSecrets {
  readonly code: string;
  /** Who answered (RFC 9207), where the identity server says so. */
  readonly iss?: string | undefined;
}

const SCOPE = 'user_api.full_access openid profile offline_access';
/** Salto's access tokens live this long (measured), should an answer not say it. */
const USUAL_LIFETIME_SECONDS = 3_600;

/** Salto's identity server, as its discovery document describes it. Every method throws SaltoKsError. */
export class IdentityClient {
  readonly #options: IdentityOptions;
  readonly #dispatcher: Dispatcher;
  #configuration: Promise<oauth.Configuration> | undefined;

  constructor(options: IdentityOptions, dispatcher: Dispatcher) {
    this.#options = options;
    this.#dispatcher = dispatcher;
  }

  /** New secrets for a consent: 256 bits each. */
  newSecrets(): ConsentSecrets {
    return { state: oauth.randomState(), codeVerifier: oauth.randomPKCECodeVerifier() };
  }

  /** Where the browser goes for a consent: authorisation code with PKCE (S256). */
  authorizationUrl({ state, codeVerifier }: ConsentSecrets): Promise<string> {
    return this.#ask('authorization address', async (configuration) => {
      const url = oauth.buildAuthorizationUrl(configuration, {
        redirect_uri: this.#options.redirectUri,
        scope: SCOPE,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    });
  }

  /** Tokens for a code, which is spent by it. @throws SaltoKsError `connection_needs_reconnect` when it is refused */
  exchange({ code, state, iss, codeVerifier }: ConsentCode): Promise<SaltoTokens> {
    return this.#ask('authorization code', async (configuration) => {
      const returned = new URL(this.#options.redirectUri);
      returned.search = new URLSearchParams({ code, state, ...(iss !== undefined && { iss }) }).toString();
      const checks = { pkceCodeVerifier: codeVerifier, expectedState: state };
      return tokensOf(await oauth.authorizationCodeGrant(configuration, returned, checks));
    });
  }

  /**
   * New tokens for a refresh token, which may be spent by it.
   * @throws SaltoKsError `connection_needs_reconnect` when it is refused for good
   */
  refresh(refreshToken: string): Promise<SaltoTokens> {
    return this.#ask('refresh token', async (configuration) =>
      tokensOf(await oauth.refreshTokenGrant(configuration, refreshToken), refreshToken),
    );
  }

  /** Ends a refresh token (RFC 7009); one that is unknown or over has ended already. */
  revoke(refreshToken: string): Promise<void> {
    return this.#ask('revocation', (configuration) =>
      oauth.tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' }),
    );
  }

  async #ask<Answer>(operation: string, ask: (configuration: oauth.Configuration) => Promise<Answer>): Promise<Answer> {
    try {
      return await ask(await this.#discovered());
    } catch (error) {
      throw error instanceof SaltoKsError ? error : identityErrorOf(operation, error);
    }
  }

  /** Discovered once; a failure is forgotten, so that the next call tries again. */
  #discovered(): Promise<oauth.Configuration> {
    this.#configuration ??= this.#discover().catch((error: unknown) => {
      this.#configuration = undefined;
      throw error;
    });
    return this.#configuration;
  }

  #discover(): Promise<oauth.Configuration> {
    const { identityUrl, clientId, clientSecret, timeoutMs } = this.#options;
    const isPlain = identityUrl.startsWith('http:');
    return oauth.discovery(new URL(identityUrl), clientId, undefined, oauth.ClientSecretBasic(clientSecret), {
      [oauth.customFetch]: this.#fetch,
      timeout: timeoutMs / 1_000,
      ...(isPlain && { execute: [oauth.allowInsecureRequests] }),
    });
  }

  readonly #fetch: oauth.CustomFetch = async (url, options) => {
    const init = { ...options, dispatcher: this.#dispatcher } as RequestInit;
    return await undiciFetch(url, init);
  };
}

/** Salto may keep the refresh token that was used, or give a new one. */
function tokensOf(answer: oauth.TokenEndpointResponse, usedRefreshToken?: string): SaltoTokens {
  const refreshToken = answer.refresh_token ?? usedRefreshToken;
  if (refreshToken === undefined) {
    throw new SaltoKsError('authorization code: no refresh token was given', {
      code: 'unknown_provider_error',
      retry: 'never',
    });
  }
  const lifetimeMs = (answer.expires_in ?? USUAL_LIFETIME_SECONDS) * 1_000;
  return { refreshToken, accessToken: answer.access_token, accessExpiresAt: Date.now() + lifetimeMs };
}
