import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { IdentityClient } from '../salto-ks/identity.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { TokenAnswer } from '../salto-ks/salto-ks.schemas.ts';
import type { ConnectionRepository, ConnectionTokens, NewTokens } from './connection.repository.ts';

interface Held {
  readonly token: string;
  readonly goodUntil: number;
}

/** A token is renewed this long before its end, so that none expires on its way. */
const RENEW_BEFORE_MS = 60_000;
const WAIT_FOR_OTHERS_MS = 10_000;
const LOOK_AGAIN_MS = 100;

export interface TokenVaultParts {
  readonly connections: ConnectionRepository;
  readonly identity: IdentityClient;
  /** The refresh token was refused: a person has to connect again. */
  readonly onRefused: (connectionId: string) => Promise<void>;
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

  /** A token that is good for a while. @throws SaltoKsError */
  async access(connectionId: string): Promise<string> {
    const held = this.#held.get(connectionId);
    if (held !== undefined && Date.now() < held.goodUntil) return held.token;
    const obtaining = this.#obtaining.get(connectionId) ?? this.#begin(connectionId);
    return (await obtaining).token;
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
        return this.#rotate(connectionId, tokens);
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

  #usable(connectionId: string, { accessToken, accessExpiresAt }: ConnectionTokens): Held | undefined {
    if (accessToken === null || accessToken === this.#refused.get(connectionId)) return undefined;
    const goodUntil = (accessExpiresAt ?? 0) - RENEW_BEFORE_MS;
    return Date.now() < goodUntil ? { token: accessToken, goodUntil } : undefined;
  }

  async #rotate(connectionId: string, { refreshToken, tokenVersion }: ConnectionTokens): Promise<Held> {
    const { connections, identity, onRefused } = this.#parts;
    try {
      const tokens = newTokens(await identity.refresh(refreshToken), refreshToken);
      await connections.rotate(connectionId, tokenVersion, tokens);
      // A token that lives shorter than the margin is used for what it is worth.
      const goodUntil = Math.max(tokens.accessExpiresAt - RENEW_BEFORE_MS, Date.now() + 1);
      return { token: tokens.accessToken, goodUntil };
    } catch (error) {
      await connections.endLease(connectionId, this.#holder);
      const isSpent = error instanceof SaltoKsError && error.code === 'connection_needs_reconnect';
      if (!isSpent) throw error;
      // A process that stalled beyond its lease may have spent the token after all: then a newer one is here.
      const now = await connections.tokens(connectionId);
      const held = now.tokenVersion === tokenVersion ? undefined : this.#usable(connectionId, now);
      if (held !== undefined) return held;
      await onRefused(connectionId);
      throw error;
    }
  }
}

/** What is to be stored of an answer. Salto may keep the refresh token or give a new one. */
export function newTokens(answer: TokenAnswer, usedRefreshToken: string): NewTokens {
  return {
    refreshToken: answer.refresh_token ?? usedRefreshToken,
    accessToken: answer.access_token,
    accessExpiresAt: Date.now() + answer.expires_in * 1_000,
  };
}
