import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type RemoteJWKSet } from 'jose';
import { unauthorized, unavailable } from '../problems/refusals.ts';
import type { VerifiedToken } from './caller-resolver.ts';
import { discover } from './discovery.ts';

export interface TokenVerifierOptions {
  /** Exactly as they stand in the tokens' `iss`. */
  issuers: readonly string[];
  audience: string;
}

const CLOCK_TOLERANCE_SECONDS = 10;

/** Checks access tokens (JWT) of the configured issuers. Keys are found by discovery, and fetched again when they rotate. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #keys = new Map<string, Promise<RemoteJWKSet>>();

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
  }

  /** @throws Problem 401 `token_invalid` or `token_expired`; 503 `issuer_unavailable` when keys cannot be fetched */
  async verify(jwt: string): Promise<VerifiedToken> {
    const issuer = this.#issuerOf(jwt);
    const keys = await this.#keysOf(issuer);
    try {
      const { payload } = await jwtVerify(jwt, keys, {
        issuer,
        audience: this.#options.audience,
        // Asymmetric only: with HS256 a public key could be abused as a secret.
        algorithms: ['RS256', 'ES256'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return verified(issuer, payload);
    } catch (error) {
      throw refusal(error);
    }
  }

  /** The issuer that the token claims, before its signature is checked: only to choose the keys. */
  #issuerOf(jwt: string): string {
    let claimed: string | undefined;
    try {
      claimed = decodeJwt(jwt).iss;
    } catch (error) {
      throw unauthorized('token_invalid', 'The access token is not a JWT', error);
    }
    if (claimed === undefined || !this.#options.issuers.includes(claimed)) {
      throw unauthorized('token_invalid', 'The access token is of an issuer that is not accepted here');
    }
    return claimed;
  }

  #keysOf(issuer: string): Promise<RemoteJWKSet> {
    let keys = this.#keys.get(issuer);
    if (keys === undefined) {
      keys = discover(issuer).then(({ jwks_uri }) => createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 3_000 }));
      this.#keys.set(issuer, keys);
      // The next request discovers again: an issuer that was down at start must not stay unknown.
      keys.catch(() => this.#keys.delete(issuer));
    }
    return keys.catch((error: unknown) => {
      throw unavailable('issuer_unavailable', 'The identity server cannot be reached.', 2, error);
    });
  }
}

function verified(iss: string, payload: JWTPayload): VerifiedToken {
  const { sub, client_id: clientId, scope, locations, email, email_verified: emailVerified } = payload;
  return {
    iss,
    sub: String(sub),
    clientId: typeof clientId === 'string' ? clientId : undefined,
    scopes: typeof scope === 'string' ? scope.split(' ').filter((item) => item !== '') : [],
    locations: Array.isArray(locations) ? locations.filter((item) => typeof item === 'string') : undefined,
    email: typeof email === 'string' ? email : undefined,
    emailVerified: emailVerified === true,
  };
}

function refusal(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return unauthorized('token_expired', 'The access token has expired', error);
  const isOurs = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
  // jose throws its base class when the key server answers with anything but 200.
  if (isOurs && error.code !== 'ERR_JOSE_GENERIC') {
    return unauthorized('token_invalid', 'The access token is not valid here', error);
  }
  return unavailable('issuer_unavailable', 'The identity server cannot be reached.', 2, error);
}
