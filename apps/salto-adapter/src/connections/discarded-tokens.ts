import { logger } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';
import type { IdentityClient } from '../salto-ks/identity.client.ts';

const log = logger('discarded-tokens');
const PAUSE = "interval '5 minutes'";
/** Secrets do not stay for a Salto that cannot be reached: after this they are erased without it. */
const KEPT = "interval '1 day'";

interface DiscardedRow {
  readonly id: string;
  readonly sealed: string;
  readonly sealed_as: string;
  readonly is_old: boolean;
}

/** Refresh tokens that nothing uses any more: revoked at Salto, then erased. Takes part in the caller's transaction. */
export class DiscardedTokens {
  readonly #sealer: Sealer;
  readonly #identity: IdentityClient;

  constructor(sealer: Sealer, identity: IdentityClient) {
    this.#sealer = sealer;
    this.#identity = identity;
  }

  /** The tokens of a location's present connection, which others are about to replace. */
  async ofConnection(em: Queries, locationId: string): Promise<void> {
    await em.query(
      `INSERT INTO discarded_token (sealed, sealed_as)
       SELECT refresh_token, 'connection/' || id || '/refresh_token' FROM connection
        WHERE location_id = $1 AND refresh_token IS NOT NULL`,
      [locationId],
    );
  }

  /** Ends consents that will not be used: `which` is SQL on `consent`. */
  async ofConsents(em: Queries, which: string, values: readonly unknown[] = []): Promise<number> {
    const gone = await em.query(
      `WITH gone AS (DELETE FROM consent WHERE ${which} RETURNING id, refresh_token),
       kept AS (INSERT INTO discarded_token (sealed, sealed_as)
         SELECT refresh_token, 'consent/' || id || '/refresh_token' FROM gone WHERE refresh_token IS NOT NULL)
       SELECT id FROM gone`,
      values,
    );
    return gone.length;
  }

  /** Revokes one token whose turn it is; other processes take others. @returns whether there was one */
  async revokeNext(em: Queries): Promise<boolean> {
    const [row] = await em.query<DiscardedRow>(
      `SELECT id, sealed, sealed_as, discarded_at < clock_timestamp() - ${KEPT} AS is_old
         FROM discarded_token WHERE next_try_at <= clock_timestamp()
        ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (row === undefined) return false;
    const isRevoked = await this.#revoke(row);
    const isDone = isRevoked || row.is_old;
    if (isDone && !isRevoked) log.warn({}, 'a refresh token was erased that Salto could not be told to revoke');
    await em.query(
      isDone
        ? 'DELETE FROM discarded_token WHERE id = $1'
        : `UPDATE discarded_token SET next_try_at = clock_timestamp() + ${PAUSE} WHERE id = $1`,
      [row.id],
    );
    return true;
  }

  /** Whatever Salto answers to it, a token that cannot be opened is of no use to anybody. */
  async #revoke({ sealed, sealed_as }: DiscardedRow): Promise<boolean> {
    let token: string;
    try {
      token = this.#sealer.open(sealed, sealed_as);
    } catch {
      return true;
    }
    return this.#identity.revoke(token).then(
      () => true,
      () => false,
    );
  }
}
