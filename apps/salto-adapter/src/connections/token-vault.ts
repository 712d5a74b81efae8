import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@latchkey/service-kit';
import type { IdentityClient, SaltoTokens } from '../salto-ks/identity.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Connection, ConnectionRepository, ConnectionTokens } from './connection.repository.ts';

/** An access token, and until when it is to be used, epoch ms. */
export interface TimedToken {
  readonly token: string;
  readonly goodUntil: number;
}

interface Held extends TimedToken {
  readonly tokenVersion: number;
}

/** Which connection, and how new its tokens must at least be. */
export type TokenOwner = Pick<Connection, 'id' | 'tokenVersion'>;

const log = logger('token-vault');
/** A token is renewed this long before its end, so that none expires on its way. */
const RENEW_BEFORE_MS = 60_000;
const WAIT_FOR_OTHERS_MS = 10_000;
const LOOK_AGAIN_MS = 100;
/** Within the lease. */
const STORE_PAUSES_MS = [100, 300, 900, 2_700];

export interface TokenVaultParts {
  readonly connections: ConnectionRepository;
  readonly identity: IdentityClient;
  /** The refresh token of that version was refused: a person has to connect again. */
  readonly onRefused: (owner: TokenOwner) => Promise<void>;
}

/**
 * Access tokens of connections. One rotation at a time: single flight in the process, a lease row across replicas, since
 * a refresh token may be good for one use only.
 */
export class TokenVault {
  readonly #parts: TokenVaultParts;
  readonly #holder = randomUUID();
  readonly #held = new Map<string, Held>();
  readonly #obtaining = new Map<string, Promise<Held>>();
  /** Tokens that Salto refused before their time. */
  readonly #refused = new Map<string, string>();

  constructor(parts: TokenVaultParts) {
    this.#parts = parts;
  }

  /** A token that is good for a while, and no older than the owner's: that may have been another account's. @throws SaltoKsError */
  async access(owner: TokenOwner): Promise<string> {
    return (await this.timed(owner)).token;
  }

  /** As `access`, for who keeps a connection open with it. @throws SaltoKsError */
  async timed({ id, tokenVersion }: TokenOwner): Promise<TimedToken> {
    const held = this.#held.get(id);
    if (held !== undefined && held.tokenVersion >= tokenVersion && Date.now() < held.goodUntil) return held;
    const obtained = await (this.#obtaining.get(id) ?? this.#begin(id));
    // Begun before somebody connected again.
    return obtained.tokenVersion >= tokenVersion ? obtained : await this.#begin(id);
  }

  /** Salto answered 401: the next call gets another token. */
  refused(connectionId: string, token: string): void {
    this.#refused.set(connectionId, token);
    if (this.#held.get(connectionId)?.token === token) this.#held.delete(connectionId);
  }

  #begin(connectionId: string): Promise<Held> {
    const obtaining = this.#obtain(connectionId)
      .then((held) => {
        this.#held.set(connectionId, held);
        return held;
      })
      .finally(() => this.#obtaining.delete(connectionId));
    this.#obtaining.set(connectionId, obtaining);
    return obtaining;
  }

  async #obtain(connectionId: string): Promise<Held> {
    const { connections } = this.#parts;
    const deadline = performance.now() + WAIT_FOR_OTHERS_MS;
    for (;;) {
      const tokens = await connections.tokens(connectionId);
      const held = this.#usable(connectionId, tokens);
      if (held !== undefined) return held;
      if (await connections.lease(connectionId, tokens.tokenVersion, this.#holder)) {
        const rotated = await this.#rotate(connectionId, tokens);
        if (rotated !== undefined) return rotated;
      }
      if (performance.now() > deadline) {
        throw new SaltoKsError('another process still renews the token', {
          code: 'provider_unavailable',
          retry: 'soon',
        });
      }
      await delay(LOOK_AGAIN_MS);
    }
  }

  #usable(connectionId: string, tokens: ConnectionTokens): Held | undefined {
    const { accessToken, accessExpiresAt, tokenVersion } = tokens;
    if (accessToken === null || accessToken === this.#refused.get(connectionId)) return undefined;
    const goodUntil = (accessExpiresAt ?? 0) - RENEW_BEFORE_MS;
    return Date.now() < goodUntil ? { token: accessToken, goodUntil, tokenVersion } : undefined;
  }

  /** The used refresh token may be good for nothing now, and nobody else has the new one: a short outage must not lose it. */
  async #store(connectionId: string, tokenVersion: number, tokens: SaltoTokens): Promise<boolean> {
    for (const pauseMs of STORE_PAUSES_MS) {
      try {
        return await this.#parts.connections.rotate(connectionId, tokenVersion, tokens);
      } catch (error) {
        log.warn({ error, connectionId }, 'new tokens could not be stored; tried again');
        await delay(pauseMs);
      }
    }
    return this.#parts.connections.rotate(connectionId, tokenVersion, tokens);
  }

  /** @returns undefined when newer tokens have been stored meanwhile */
  async #rotate(connectionId: string, { refreshToken, tokenVersion }: ConnectionTokens): Promise<Held | undefined> {
    const { connections, identity, onRefused } = this.#parts;
    try {
      const tokens = await identity.refresh(refreshToken);
      if (!(await this.#store(connectionId, tokenVersion, tokens))) return undefined;
      // A token that lives shorter than the margin is used for what it is worth.
      const goodUntil = Math.max(tokens.accessExpiresAt - RENEW_BEFORE_MS, Date.now() + 1);
      return { token: tokens.accessToken, goodUntil, tokenVersion: tokenVersion + 1 };
    } catch (error) {
      await connections.endLease(connectionId, this.#holder);
      const isSpent = error instanceof SaltoKsError && error.code === 'connection_needs_reconnect';
      if (!isSpent) throw error;
      // A process that stalled beyond its lease may have spent the token after all: then a newer one is here.
      if ((await connections.tokens(connectionId)).tokenVersion !== tokenVersion) return undefined;
      await onRefused({ id: connectionId, tokenVersion });
      throw error;
    }
  }
}
