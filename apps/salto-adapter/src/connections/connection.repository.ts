import { randomUUID } from 'node:crypto';
import type { ConnectionState, KeyRole } from '@latchkey/contracts';
import type { Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';
import type { SaltoTokens } from '../salto-ks/identity.client.ts';
import type { Standing } from './connection-check.ts';

/** A location's link to a Salto KS site. */
export interface Connection extends ConnectionState {
  readonly version: number;
  /** Rises with each rotation of its tokens, and when it is connected again. */
  readonly tokenVersion: number;
  /** Of which its tokens are. */
  readonly consentId: string | null;
}

export interface ConnectionOfSite extends Connection {
  /** Salto KS has asked this connection to wait, or is out of reach (`budget/`). */
  readonly isHeld: boolean;
}

/** A connection's tokens, readable. */
export interface ConnectionTokens {
  readonly refreshToken: string;
  readonly accessToken: string | null;
  /** Epoch ms. */
  readonly accessExpiresAt: number | null;
  readonly tokenVersion: number;
}

/** What connecting, or connecting again, stores. */
export interface NewConnection {
  readonly locationId: string;
  readonly siteId: string;
  readonly consentId: string;
  readonly tokens: SaltoTokens;
  /** Without it, what was chosen before. */
  readonly keyVisibility: readonly KeyRole[] | undefined;
}

/** How long one process may take for a rotation before another tries. Longer than the call's deadline. */
const LEASE_SECONDS = 15;
const COLUMNS = `id, location_id AS "locationId", site_id AS "siteId", status, key_visibility AS "keyVisibility", version,
  token_version AS "tokenVersion", consent_id AS "consentId"`;
/** Locations may share a site: whichever connection can do the most comes first, and one that was left long ago last. */
const BEST_FIRST = `array_position(ARRAY['connected', 'degraded', 'disconnecting', 'insufficient_permissions',
  'site_subscription_expired', 'needs_reconnect', 'disconnected'], status), location_id`;
const IS_HELD = `coalesce(
  (SELECT (state->>'pausedUntil')::float8 / 1000 > extract(epoch FROM now()) OR state->>'probeAt' IS NOT NULL
     FROM budget WHERE connection_id = connection.id), false)`;

/** The connections' rows. Tokens are sealed under the row's identity and leave it for Salto alone. */
export class ConnectionRepository {
  readonly #database: Queries;
  readonly #sealer: Sealer;

  constructor(database: Queries, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async byId(id: string): Promise<Connection | undefined> {
    return (await this.#select('id = $1', id))[0];
  }

  async ofLocation(locationId: string): Promise<Connection | undefined> {
    return (await this.#select('location_id = $1', locationId))[0];
  }

  /** The connection to ask a site over: of several locations the one that works best. */
  async ofSite(siteId: string): Promise<ConnectionOfSite | undefined> {
    const [row] = await this.#database.query<ConnectionOfSite>(
      `SELECT ${COLUMNS}, ${IS_HELD} AS "isHeld" FROM connection
        WHERE site_id = $1 ORDER BY ${BEST_FIRST} LIMIT 1`,
      [siteId],
    );
    return row;
  }

  /** Which locations use these sites. */
  async usersOf(em: Queries, siteIds: readonly string[]): Promise<{ siteId: string; locationId: string }[]> {
    return em.query(
      `SELECT site_id AS "siteId", location_id AS "locationId" FROM connection
        WHERE site_id = ANY($1::uuid[]) AND status <> 'disconnected'`,
      [siteIds],
    );
  }

  async countByStatus(): Promise<{ status: string; count: number }[]> {
    return this.#database.query('SELECT status, count(*)::int AS count FROM connection GROUP BY status');
  }

  /** The location's connection, locked. */
  async lock(em: Queries, locationId: string): Promise<Connection | undefined> {
    const [row] = await em.query<Connection>(`SELECT ${COLUMNS} FROM connection WHERE location_id = $1 FOR UPDATE`, [
      locationId,
    ]);
    return row;
  }

  /** Connects, or connects again. `em` is the transaction that also writes the event. */
  async save(em: Queries, connection: NewConnection): Promise<Connection> {
    const { locationId, siteId, consentId, tokens, keyVisibility } = connection;
    const id = (await this.lock(em, locationId))?.id ?? randomUUID();
    const rows = await em.query<Connection>(
      `INSERT INTO connection AS known
         (id, location_id, site_id, status, version, refresh_token, access_token, access_expires_at, consent_id)
       VALUES ($1, $2, $3, 'connected', 1, $4, $5, to_timestamp($6::float8 / 1000), $7)
       ON CONFLICT (id) DO UPDATE SET
         site_id = EXCLUDED.site_id, status = 'connected', version = known.version + 1,
         refresh_token = EXCLUDED.refresh_token, access_token = EXCLUDED.access_token,
         access_expires_at = EXCLUDED.access_expires_at, consent_id = EXCLUDED.consent_id,
         token_version = known.token_version + 1, lease_until = NULL
       RETURNING ${COLUMNS}`,
      [id, locationId, siteId, ...this.#sealed(id, tokens), consentId],
    );
    if (keyVisibility === undefined) return one(rows);
    return one(
      await em.query<Connection>(`UPDATE connection SET key_visibility = $2 WHERE id = $1 RETURNING ${COLUMNS}`, [
        id,
        keyVisibility,
      ]),
    );
  }

  /** @returns the connection as it is now */
  async saveVisibility(em: Queries, id: string, roles: readonly KeyRole[]): Promise<Connection> {
    const changed = `UPDATE connection SET key_visibility = $2, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`;
    return one(await em.query<Connection>(changed, [id, roles]));
  }

  /**
   * Salto does not accept these very tokens any more: a person has to connect again.
   * @returns the connection when this changed it; it does not once others have put newer tokens there, nor while it is
   *   being disconnected: that goes on when somebody waits no longer, and ends when somebody connects again
   */
  async saveRefusal(em: Queries, id: string, tokenVersion: number): Promise<Connection | undefined> {
    const [row] = await em.query<Connection>(
      `UPDATE connection SET status = 'needs_reconnect', version = version + 1
        WHERE id = $1 AND token_version = $2
          AND status NOT IN ('needs_reconnect', 'disconnecting', 'disconnected') RETURNING ${COLUMNS}`,
      [id, tokenVersion],
    );
    return row;
  }

  /** @returns the connection when this changed it; one that is disconnected stays so */
  async saveEnding(em: Queries, id: string, status: 'disconnecting' | 'disconnected'): Promise<Connection | undefined> {
    const [row] = await em.query<Connection>(
      `UPDATE connection SET status = $2, version = version + 1
        WHERE id = $1 AND status NOT IN ($2, 'disconnected') RETURNING ${COLUMNS}`,
      [id, status],
    );
    return row;
  }

  /** Whether the connection still leads to the site that it did, as of now. */
  async isToSite({ id, siteId }: Pick<Connection, 'id' | 'siteId'>): Promise<boolean> {
    const now = await this.byId(id);
    return now?.siteId === siteId && now.status !== 'disconnected';
  }

  async hasTokens(id: string): Promise<boolean> {
    return (
      (await this.#database.query('SELECT FROM connection WHERE id = $1 AND refresh_token IS NOT NULL', [id])).length >
      0
    );
  }

  async eraseTokens(em: Queries, locationId: string): Promise<void> {
    await em.query(
      `UPDATE connection SET refresh_token = NULL, access_token = NULL, access_expires_at = NULL,
              token_version = token_version + 1
        WHERE location_id = $1 AND status = 'disconnected'`,
      [locationId],
    );
  }

  /**
   * What a look at the site showed of this consent's account. It cures no refused token, and takes back no disconnect.
   * @returns the connection when this changed it
   */
  async saveStanding(
    em: Queries,
    { id, consentId }: Pick<Connection, 'id' | 'consentId'>,
    standing: Standing,
  ): Promise<Connection | undefined> {
    const [row] = await em.query<Connection>(
      `UPDATE connection SET status = $3, version = version + 1
        WHERE id = $1 AND consent_id IS NOT DISTINCT FROM $2 AND status <> $3
          AND status NOT IN ('needs_reconnect', 'disconnecting', 'disconnected') RETURNING ${COLUMNS}`,
      [id, consentId, standing],
    );
    return row;
  }

  /** Ids of connections that nobody has taken for a check within that time, as long as a check can change them. */
  async takeForCheck(everySeconds: number): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `UPDATE connection SET checked_at = clock_timestamp() WHERE id IN (
         SELECT id FROM connection WHERE checked_at <= clock_timestamp() - make_interval(secs => $1)
            AND status NOT IN ('needs_reconnect', 'disconnecting', 'disconnected')
          ORDER BY checked_at LIMIT 50 FOR UPDATE SKIP LOCKED) RETURNING id`,
      [everySeconds],
    );
    return rows.map(({ id }) => id);
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

  /** Both tokens in one write. False when others rotated meanwhile, or connected again: theirs are newer. */
  async rotate(id: string, tokenVersion: number, tokens: SaltoTokens): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE connection SET refresh_token = $3, access_token = $4, access_expires_at = to_timestamp($5::float8 / 1000),
              token_version = token_version + 1, lease_until = NULL
        WHERE id = $1 AND token_version = $2 RETURNING 1`,
      [id, tokenVersion, ...this.#sealed(id, tokens)],
    );
    return rows.length > 0;
  }

  #select(where: string, value: string): Promise<Connection[]> {
    return this.#database.query<Connection>(`SELECT ${COLUMNS} FROM connection WHERE ${where}`, [value]);
  }

  #sealed(id: string, { refreshToken, accessToken, accessExpiresAt }: SaltoTokens): [string, string, number] {
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
