import { randomUUID } from 'node:crypto';
import type { ConnectionState } from '@latchkey/contracts';
import type { Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';

/** A location's link to a Salto KS site. */
export interface Connection extends ConnectionState {
  readonly version: number;
}

/** A connection's tokens, readable. `tokenVersion` rises with each rotation. */
export interface ConnectionTokens {
  readonly refreshToken: string;
  readonly accessToken: string | null;
  /** Epoch ms. */
  readonly accessExpiresAt: number | null;
  readonly tokenVersion: number;
}

export interface NewTokens {
  readonly refreshToken: string;
  readonly accessToken: string;
  /** Epoch ms. */
  readonly accessExpiresAt: number;
}

/** How long one process may take for a rotation before another tries. Longer than the call's deadline. */
const LEASE_SECONDS = 15;
const COLUMNS = `id, location_id AS "locationId", site_id AS "siteId", status, version`;

/** The connections' rows. Tokens are sealed under the row's identity and leave it for Salto alone. */
export class ConnectionRepository {
  readonly #database: Queries;
  readonly #sealer: Sealer;

  constructor(database: Queries, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async ofLocation(locationId: string): Promise<Connection | undefined> {
    const [row] = await this.#database.query<Connection>(`SELECT ${COLUMNS} FROM connection WHERE location_id = $1`, [
      locationId,
    ]);
    return row;
  }

  /** Locations may share a site: a working connection is preferred. */
  async ofSite(siteId: string): Promise<Connection | undefined> {
    const [row] = await this.#database.query<Connection>(
      `SELECT ${COLUMNS} FROM connection WHERE site_id = $1 ORDER BY status <> 'connected', location_id LIMIT 1`,
      [siteId],
    );
    return row;
  }

  async countByStatus(): Promise<{ status: string; count: number }[]> {
    return this.#database.query('SELECT status, count(*)::int AS count FROM connection GROUP BY status');
  }

  /** Connects, or connects again. `em` is the transaction that also writes the event. */
  async save(em: Queries, locationId: string, siteId: string, tokens: NewTokens): Promise<Connection> {
    const known = await em.query<{ id: string }>('SELECT id FROM connection WHERE location_id = $1 FOR UPDATE', [
      locationId,
    ]);
    const id = known[0]?.id ?? randomUUID();
    const rows = await em.query<Connection>(
      `INSERT INTO connection AS known
         (id, location_id, site_id, status, version, refresh_token, access_token, access_expires_at)
       VALUES ($1, $2, $3, 'connected', 1, $4, $5, to_timestamp($6::float8 / 1000))
       ON CONFLICT (id) DO UPDATE SET
         site_id = EXCLUDED.site_id, status = 'connected', version = known.version + 1,
         refresh_token = EXCLUDED.refresh_token, access_token = EXCLUDED.access_token,
         access_expires_at = EXCLUDED.access_expires_at, token_version = known.token_version + 1, lease_until = NULL
       RETURNING ${COLUMNS}`,
      [id, locationId, siteId, ...this.#sealed(id, tokens)],
    );
    return one(rows);
  }

  /** @returns the connection when this changed it */
  async saveStatus(em: Queries, id: string, status: Connection['status']): Promise<Connection | undefined> {
    const [row] = await em.query<Connection>(
      `UPDATE connection SET status = $2, version = version + 1 WHERE id = $1 AND status <> $2 RETURNING ${COLUMNS}`,
      [id, status],
    );
    return row;
  }

  async tokens(id: string): Promise<ConnectionTokens> {
    const [row] = await this.#database.query<ConnectionTokens>(
      `SELECT refresh_token AS "refreshToken", access_token AS "accessToken", token_version AS "tokenVersion",
              (extract(epoch FROM access_expires_at) * 1000)::float8 AS "accessExpiresAt"
         FROM connection WHERE id = $1`,
      [id],
    );
    const sealed = one(row === undefined ? [] : [row]);
    return {
      ...sealed,
      refreshToken: this.#sealer.open(sealed.refreshToken, refreshIdentity(id)),
      accessToken: sealed.accessToken && this.#sealer.open(sealed.accessToken, accessIdentity(id)),
    };
  }

  /** Takes the right to rotate these very tokens; false while another process has it, or has done it. */
  async lease(id: string, tokenVersion: number, holder: string): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE connection SET lease_holder = $3, lease_until = clock_timestamp() + make_interval(secs => $4)
        WHERE id = $1 AND token_version = $2 AND (lease_until IS NULL OR lease_until < clock_timestamp()) RETURNING 1`,
      [id, tokenVersion, holder, LEASE_SECONDS],
    );
    return rows.length > 0;
  }

  async endLease(id: string, holder: string): Promise<void> {
    await this.#database.query('UPDATE connection SET lease_until = NULL WHERE id = $1 AND lease_holder = $2', [
      id,
      holder,
    ]);
  }

  /** Both tokens in one write. False when others rotated meanwhile: theirs are newer. */
  async rotate(id: string, tokenVersion: number, tokens: NewTokens): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE connection SET refresh_token = $3, access_token = $4, access_expires_at = to_timestamp($5::float8 / 1000),
              token_version = token_version + 1, lease_until = NULL
        WHERE id = $1 AND token_version = $2 RETURNING 1`,
      [id, tokenVersion, ...this.#sealed(id, tokens)],
    );
    return rows.length > 0;
  }

  #sealed(id: string, { refreshToken, accessToken, accessExpiresAt }: NewTokens): [string, string, number] {
    return [
      this.#sealer.seal(refreshToken, refreshIdentity(id)),
      this.#sealer.seal(accessToken, accessIdentity(id)),
      accessExpiresAt,
    ];
  }
}

const refreshIdentity = (id: string) => `connection/${id}/refresh_token`;
const accessIdentity = (id: string) => `connection/${id}/access_token`;

function one<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('The connection is gone');
  return row;
}
