import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';
import type { Client } from '../state/clients.ts';
import type { State } from '../state/state.ts';

/** What a store keeps, and by which clock (epoch ms). */
export interface StoreParts {
  state: State;
  now: () => number;
}

/**
 * Keeps what oidc-provider remembers in the fake's own state, so that it is in the data file and lives by the fake's
 * clock. oidc-provider compares `exp` with the machine's clock; what it reads is moved there, with as much time left.
 */
export class ProviderStore implements Adapter {
  readonly #model: string;
  readonly #parts: StoreParts;

  constructor(model: string, parts: StoreParts) {
    this.#model = model;
    this.#parts = parts;
  }

  upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void> {
    const { state, now } = this.#parts;
    const record = { id: this.#key(id), model: this.#model, payload: { ...payload } };
    state.identityRecords.putAndPurge({ ...record, expires_at: now() + expiresInSeconds * 1000 }, now());
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    const { state, now } = this.#parts;
    if (this.#model === 'Client') return Promise.resolve(clientMetadata(state.clients.get(id)));
    const record = state.identityRecords.get(this.#key(id));
    if (!record || record.expires_at <= now()) return Promise.resolve(undefined);
    const machineSeconds = Math.floor(Date.now() / 1000);
    const exp = machineSeconds + Math.ceil((record.expires_at - now()) / 1000);
    return Promise.resolve({ ...record.payload, iat: machineSeconds, exp });
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const found = this.#parts.state.identityRecords
      .all()
      .find(({ model, payload }) => model === this.#model && payload.uid === uid);
    return found ? this.find(String(found.payload.jti)) : Promise.resolve(undefined);
  }

  /** There is no device flow. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** A spent code or token is forgotten (as IdentityServer does), or kept as spent, so that using it again is noticed. */
  consume(id: string): Promise<void> {
    const { identityRecords, settings } = this.#parts.state;
    const record = identityRecords.get(this.#key(id));
    if (settings.refresh_token_reuse === 'refused') identityRecords.delete(this.#key(id));
    else if (record) record.payload.consumed = Math.floor(Date.now() / 1000);
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#parts.state.identityRecords.delete(this.#key(id));
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    this.#parts.state.identityRecords.deleteWhere(
      ({ model, payload }) => model === this.#model && payload.grantId === grantId,
    );
    return Promise.resolve();
  }

  #key(id: string): string {
    return `${this.#model} ${id}`;
  }
}

function clientMetadata(client: Client | undefined): ClientMetadata | undefined {
  if (!client) return undefined;
  return {
    client_id: client.id,
    ...(client.secret !== null && { client_secret: client.secret }),
    token_endpoint_auth_method: client.secret === null ? 'none' : 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token', 'password'],
    response_types: ['code'],
    application_type: 'native',
    // One has to be there; which ones are allowed is decided by `isRedirectAllowed`.
    redirect_uris: ['http://127.0.0.1/'],
  };
}
