import { Table } from './table.ts';

/** Something that the identity server remembers: a grant, a code, a refresh token, a sign-in under way. */
export interface IdentityRecord {
  /** The model's name and the id within it. */
  id: string;
  model: string;
  /** As oidc-provider gave it. */
  payload: Record<string, unknown>;
  /** Epoch ms. */
  expires_at: number;
}

const PURGE_EVERY = 500;

export class IdentityRecords extends Table<IdentityRecord> {
  #putsSincePurge = 0;

  /** Forgets what is over now and then, so that a fake that runs for long does not grow. `now` is epoch ms. */
  putAndPurge(record: IdentityRecord, now: number): void {
    this.put(record);
    this.#putsSincePurge += 1;
    if (this.#putsSincePurge < PURGE_EVERY) return;
    this.#putsSincePurge = 0;
    this.deleteWhere(({ expires_at }) => expires_at <= now);
  }

  /** How many were deleted. */
  deleteWhere(matches: (record: IdentityRecord) => boolean): number {
    const found = this.all().filter(matches);
    for (const { id } of found) this.delete(id);
    return found.length;
  }
}

/** A refresh token that was given out and is still good. */
export interface RefreshToken {
  /** The token itself. */
  id: string;
  client_id: string;
  account_id: string;
}

/** The refresh tokens among the records. */
export class RefreshTokens {
  readonly #records: IdentityRecords;

  constructor(records: IdentityRecords) {
    this.#records = records;
  }

  all(): RefreshToken[] {
    return this.#records
      .all()
      .filter(({ model, payload }) => model === 'RefreshToken' && payload.consumed === undefined)
      .map(({ payload: { jti, clientId, accountId } }) => ({
        id: String(jti),
        client_id: String(clientId),
        account_id: String(accountId),
      }));
  }

  /** Ends those of an account, or all; how many there were. */
  revoke(accountId?: string): number {
    return this.#records.deleteWhere(
      ({ model, payload }) => model === 'RefreshToken' && (payload.accountId === accountId || accountId === undefined),
    );
  }
}
