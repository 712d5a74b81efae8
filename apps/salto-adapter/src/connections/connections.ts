import { connectionEvents, type FailureCode } from '@latchkey/contracts';
import { inTransaction, logger, type Outbox } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import type { Dispatcher } from 'undici';
import type { Sites } from '../access/access.ts';
import { AttemptError } from '../access/failures.ts';
import { RequestBudget, type BudgetOptions } from '../budget/request-budget.ts';
import { queriesOf } from '../database/queries.ts';
import { send, type Call } from '../salto-ks/call.ts';
import type { IdentityClient } from '../salto-ks/identity.client.ts';
import { SaltoKsSite, type Sender } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Connection, ConnectionRepository } from './connection.repository.ts';
import { requireAdministeredSite } from './connection-check.ts';
import { newTokens, TokenVault } from './token-vault.ts';

const log = logger('connections');

export interface ConnectionsParts {
  readonly dataSource: DataSource;
  readonly outbox: Outbox;
  readonly rows: ConnectionRepository;
  readonly identity: IdentityClient;
  readonly dispatcher: Dispatcher;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly budget: BudgetOptions;
}

/** Connects locations to Salto KS sites, and reaches the sites for everybody else. */
export class Connections implements Sites {
  readonly #parts: ConnectionsParts;
  readonly #vault: TokenVault;
  readonly #budgets = new Map<string, RequestBudget>();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
    const { rows: connections, identity } = parts;
    this.#vault = new TokenVault({ connections, identity, onRefused: (id) => this.#setStatus(id, 'needs_reconnect') });
  }

  /** @throws AttemptError `connection_missing`, or the state of a connection that does not work */
  async of(siteId: string): Promise<SaltoKsSite> {
    const connection = await this.#parts.rows.ofSite(siteId);
    if (connection === undefined)
      throw new AttemptError('connection_missing', 'later', `no connection to site ${siteId}`);
    const failure = failureOf(connection);
    if (failure !== undefined) throw new AttemptError(failure, 'later', `the connection is ${connection.status}`);
    return new SaltoKsSite(this.#sender(connection.id), this.#parts.apiUrl, siteId);
  }

  ofLocation(locationId: string): Promise<Connection | undefined> {
    return this.#parts.rows.ofLocation(locationId);
  }

  /**
   * Connects a location, or connects it again, after Salto has shown that the account administers the site.
   * @throws SaltoKsError, or Problem `site_not_administered`, `site_subscription_expired`
   */
  async connect(locationId: string, siteId: string, refreshToken: string): Promise<Connection> {
    const { identity, rows, dataSource } = this.#parts;
    const tokens = newTokens(await identity.refresh(refreshToken), refreshToken);
    const once: Sender = (call) => this.#send(call, tokens.accessToken);
    await requireAdministeredSite(new SaltoKsSite(once, this.#parts.apiUrl, siteId));
    return inTransaction(dataSource, async (em) => {
      const connection = await rows.save(queriesOf(em), locationId, siteId, tokens);
      await this.#publish(em, connection);
      return connection;
    });
  }

  #sender(connectionId: string): Sender {
    const budget = this.#budgets.get(connectionId) ?? new RequestBudget(this.#parts.budget);
    this.#budgets.set(connectionId, budget);
    return (call) =>
      budget.run(async () => {
        const token = await this.#vault.access(connectionId);
        try {
          return await this.#send(call, token);
        } catch (error) {
          if (error instanceof SaltoKsError && error.code === 'access_token_refused') {
            this.#vault.refused(connectionId, token);
          }
          throw error;
        }
      });
  }

  #send<Answer>(call: Call<Answer>, token: string): Promise<Answer> {
    const { dispatcher, timeoutMs } = this.#parts;
    return send({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }, dispatcher, timeoutMs);
  }

  async #setStatus(id: string, status: Connection['status']): Promise<void> {
    const { rows, dataSource } = this.#parts;
    await inTransaction(dataSource, async (em) => {
      const connection = await rows.saveStatus(queriesOf(em), id, status);
      if (connection !== undefined) await this.#publish(em, connection);
    });
    log.error({ connectionId: id, status }, 'a connection to Salto KS has changed its state');
  }

  #publish(em: EntityManager, { version, id, locationId, siteId, status }: Connection): Promise<void> {
    const data = { id, locationId, siteId, status };
    return this.#parts.outbox.append(em, connectionEvents.changed, { version, occurredAt: Date.now(), data });
  }
}

/** Why nothing may be asked of Salto over this connection. */
function failureOf({ status }: Connection): FailureCode | undefined {
  switch (status) {
    case 'connected':
    case 'degraded':
      return undefined;
    case 'needs_reconnect':
      return 'connection_needs_reconnect';
    case 'insufficient_permissions':
      return 'insufficient_permissions';
    case 'disconnected':
      return 'connection_disconnected';
  }
}
