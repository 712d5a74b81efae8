import { createHash, randomUUID } from 'node:crypto';
import type { SaltoAccount } from '@latchkey/contracts';
import type { Account } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';
import type { ConsentSecrets, SaltoTokens } from '../salto-ks/identity.client.ts';

/** How long the way to Salto's consent page and back may take. */
const BEGUN_FOR = "interval '10 minutes'";
/** How long a site may be chosen once consent is given: shorter than an access token lives. */
const GIVEN_FOR = "interval '30 minutes'";

/** A consent on its way, without its secrets. */
export interface Consent {
  readonly id: string;
  readonly locationId: string;
  /** Who began it; nobody else may go on with it. */
  readonly issuer: string;
  readonly subject: string;
  readonly expiresAt: Date;
  readonly isExpired: boolean;
  readonly isGiven: boolean;
}

/** What a given consent holds. */
export interface GivenConsent {
  readonly tokens: SaltoTokens;
  /** Null until Salto has told whose the consent is. */
  readonly account: SaltoAccount | null;
}

interface GivenRow {
  readonly refresh_token: string;
  readonly access_token: string;
  readonly access_expires_at: number;
  readonly account: string | null;
}

const COLUMNS = `id, location_id AS "locationId", issuer, subject, expires_at AS "expiresAt",
  expires_at <= clock_timestamp() AS "isExpired", refresh_token IS NOT NULL AS "isGiven"`;

/** The consents' rows. Of `state` only the hash is kept; verifier, tokens and account are sealed under the row. */
export class ConsentRepository {
  readonly #database: Queries;
  readonly #sealer: Sealer;

  constructor(database: Queries, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async begin(em: Queries, locationId: string, { iss, sub }: Account, secrets: ConsentSecrets): Promise<Consent> {
    const id = randomUUID();
    const rows = await em.query<Consent>(
      `INSERT INTO consent (id, location_id, issuer, subject, state_hash, code_verifier, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + ${BEGUN_FOR}) RETURNING ${COLUMNS}`,
      [id, locationId, iss, sub, hashOf(secrets.state), this.#sealer.seal(secrets.codeVerifier, sealedAs(id).verifier)],
    );
    return one(rows);
  }

  async byState(state: string): Promise<Consent | undefined> {
    const [row] = await this.#database.query<Consent>(`SELECT ${COLUMNS} FROM consent WHERE state_hash = $1`, [
      hashOf(state),
    ]);
    return row;
  }

  async byId(id: string): Promise<Consent | undefined> {
    const [row] = await this.#database.query<Consent>(`SELECT ${COLUMNS} FROM consent WHERE id = $1`, [id]);
    return row;
  }

  /** Uses the state up. @returns the verifier; undefined when somebody was quicker or the time is over */
  async takeVerifier(id: string): Promise<string | undefined> {
    const [row] = await this.#database.query<{ code_verifier: string }>(
      `WITH taken AS (SELECT code_verifier FROM consent WHERE id = $1 AND state_hash IS NOT NULL
                        AND expires_at > clock_timestamp() FOR UPDATE)
       UPDATE consent SET state_hash = NULL, code_verifier = NULL FROM taken WHERE id = $1
       RETURNING taken.code_verifier`,
      [id],
    );
    return row && this.#sealer.open(row.code_verifier, sealedAs(id).verifier);
  }

  /** Keeps what the code gave before anything else is asked of Salto, so that it can be revoked whatever happens. */
  async saveTokens(id: string, { refreshToken, accessToken, accessExpiresAt }: SaltoTokens): Promise<Consent> {
    const as = sealedAs(id);
    const rows = await this.#database.query<Consent>(
      `UPDATE consent SET refresh_token = $2, access_token = $3, access_expires_at = to_timestamp($4::float8 / 1000),
              expires_at = least(clock_timestamp() + ${GIVEN_FOR}, to_timestamp($4::float8 / 1000))
        WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, this.#sealer.seal(refreshToken, as.refresh), this.#sealer.seal(accessToken, as.access), accessExpiresAt],
    );
    return one(rows);
  }

  async saveAccount(id: string, account: SaltoAccount): Promise<void> {
    const sealed = this.#sealer.seal(JSON.stringify(account), sealedAs(id).account);
    await this.#database.query('UPDATE consent SET account = $2 WHERE id = $1', [id, sealed]);
  }

  /** @param em locks the row, so that it is used or ended by one alone */
  async given(id: string, em: Queries = this.#database): Promise<GivenConsent | undefined> {
    const [row] = await em.query<GivenRow>(
      `SELECT refresh_token, access_token, account, (extract(epoch FROM access_expires_at) * 1000)::float8
              AS access_expires_at
         FROM consent WHERE id = $1 AND refresh_token IS NOT NULL AND expires_at > clock_timestamp() FOR UPDATE`,
      [id],
    );
    if (row === undefined) return undefined;
    const as = sealedAs(id);
    return {
      tokens: {
        refreshToken: this.#sealer.open(row.refresh_token, as.refresh),
        accessToken: this.#sealer.open(row.access_token, as.access),
        accessExpiresAt: row.access_expires_at,
      },
      account: row.account === null ? null : (JSON.parse(this.#sealer.open(row.account, as.account)) as SaltoAccount),
    };
  }

  /** Its tokens have become a connection's. */
  async used(em: Queries, id: string): Promise<void> {
    await em.query('DELETE FROM consent WHERE id = $1', [id]);
  }
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}

function sealedAs(id: string) {
  const row = `consent/${id}`;
  return {
    verifier: `${row}/code_verifier`,
    refresh: `${row}/refresh_token`,
    access: `${row}/access_token`,
    account: `${row}/account`,
  };
}

function one<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('The consent is gone');
  return row;
}
