import { exportJWK, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import { API_AUDIENCE } from './api-resource.ts';
import { apiScope } from './scopes.ts';
import { generateSigningKey } from './signing-key.ts';

/** What a valid access token says. */
export interface Identified {
  accountId: string;
  clientId: string;
}

interface Remembered extends Identified {
  expiresAt: number;
}

/** The key that access tokens are signed with (RS256 JWTs), and their check at each API call. */
export class Identity {
  readonly #privateJwk: JWK;
  readonly #privateKey: CryptoKey;
  readonly #publicKey: CryptoKey;
  readonly #now: () => number;
  readonly #accepted = new Map<string, Remembered>();

  private constructor(privateJwk: JWK, keys: [CryptoKey, CryptoKey], now: () => number) {
    this.#privateJwk = privateJwk;
    [this.#privateKey, this.#publicKey] = keys;
    this.#now = now;
  }

  /** With the key of an earlier run, tokens given out then stay good. `now` is epoch ms. */
  static async create(now: () => number, privateJwk?: JWK): Promise<Identity> {
    const jwk = privateJwk ?? (await exportJWK(await generateSigningKey()));
    const publicJwk: JWK = { kty: 'RSA', n: jwk.n, e: jwk.e };
    const keys = await Promise.all([importJWK(jwk, 'RS256'), importJWK(publicJwk, 'RS256')]);
    return new Identity(jwk, keys as [CryptoKey, CryptoKey], now);
  }

  /** The private key, for the data file. */
  get privateJwk(): JWK {
    return this.#privateJwk;
  }

  /** An access token of an account without the way through the identity server, good for `lifetimeSeconds`. */
  accessToken(token: { issuer: string; accountId: string; clientId: string; scope: string; lifetimeSeconds: number }) {
    const issuedAt = Math.floor(this.#now() / 1000);
    return new SignJWT({ client_id: token.clientId, scope: token.scope.split(' ') })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'fake-salto-ks' })
      .setIssuer(token.issuer)
      .setAudience(API_AUDIENCE)
      .setSubject(token.accountId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + token.lifetimeSeconds)
      .setJti(crypto.randomUUID())
      .sign(this.#privateKey);
  }

  /**
   * Whose an access token is; undefined when it is expired, forged, for another audience or issuer, or without the scope
   * of the API.
   */
  async identify(token: string, issuer: string): Promise<Identified | undefined> {
    const known = this.#accepted.get(token);
    if (known) return known.expiresAt > this.#now() ? known : undefined;
    try {
      const options = { issuer, audience: API_AUDIENCE, algorithms: ['RS256'], currentDate: new Date(this.#now()) };
      const { payload } = await jwtVerify(token, this.#publicKey, options);
      if (![payload.scope].flat().includes(apiScope)) return undefined;
      return this.#remember(token, {
        accountId: String(payload.sub),
        clientId: String(payload.client_id),
        expiresAt: (payload.exp ?? 0) * 1000,
      });
    } catch {
      return undefined;
    }
  }

  /** Checking a signature costs more than the rest of a call, and a client sends the same token for an hour. */
  #remember(token: string, identified: Remembered): Remembered {
    if (this.#accepted.size > 10_000) this.#accepted.clear();
    this.#accepted.set(token, identified);
    return identified;
  }
}
