import { connectionEvents, type KeyRole } from '@latchkey/contracts';
import { inTransaction, logger, requireVersion, type Outbox } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import type { Dispatcher } from 'undici';
import type { Sites } from '../access/access.ts';
import { AttemptError } from '../access/failures.ts';
import { RequestBudget, type BudgetOptions } from '../budget/request-budget.ts';
import { queriesOf } from '../database/queries.ts';
import { send, type Call } from '../salto-ks/call.ts';
import type { IdentityClient } from '../salto-ks/identity.client.ts';
import { SaltoKsAccount } from '../salto-ks/salto-ks.account.ts';
import { SaltoKsSite, type Sender } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Connection, ConnectionRepository, NewConnection } from './connection.repository.ts';
import { standingAt } from './connection-check.ts';
import { failureOf } from './connection-failures.ts';
import { TokenVault, type TimedToken } from './token-vault.ts';

const log = logger('connections');
/** Salto's refusals of one connection are looked into at most this often. */
const LOOK_INTO_EVERY_MS = 60_000;

/** A look into a refusal, shared by all that are refused at about the same time. */
interface Look {
  /** `performance.now()`. */
  readonly at: number;
  readonly found: Promise<Connection | undefined>;
}

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

/** The locations' connections to Salto KS sites: their states, and the way to the sites for everybody else. */
export class Connections implements Sites {
  readonly #parts: ConnectionsParts;
  readonly #vault: TokenVault;
  readonly #budgets = new Map<string, RequestBudget>();
  readonly #looks = new Map<string, Look>();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
    this.#vault = new TokenVault({
      connections: parts.rows,
      identity: parts.identity,
      onRefused: async ({ id, tokenVersion }) => {
        await this.#change((em) => parts.rows.saveRefusal(queriesOf(em), id, tokenVersion));
      },
    });
  }

  /** @throws AttemptError `connection_missing`, or the state of a connection that does not work */
  async of(siteId: string): Promise<SaltoKsSite> {
    return this.siteOf(await this.#ofSite(siteId));
  }

  /** The site of this very connection. @throws AttemptError the state of a connection that does not work */
  siteOf(connection: Connection): SaltoKsSite {
    requireWorking(connection);
    return new SaltoKsSite(this.#explaining(connection), this.#parts.apiUrl, connection.siteId);
  }

  /**
   * A token for the site's event hub; `refuse` it when the hub does.
   * @throws AttemptError as `of`, SaltoKsError
   */
  async hubToken(siteId: string): Promise<TimedToken & { readonly refuse: () => void }> {
    const connection = await this.#ofSite(siteId);
    requireWorking(connection);
    const { token, goodUntil } = await this.#vault.timed(connection);
    return { token, goodUntil, refuse: () => this.#vault.refused(connection.id, token) };
  }

  async #ofSite(siteId: string): Promise<Connection> {
    const connection = await this.#parts.rows.ofSite(siteId);
    if (connection === undefined)
      throw new AttemptError('connection_missing', 'later', `no connection to site ${siteId}`);
    return connection;
  }

  ofLocation(locationId: string): Promise<Connection | undefined> {
    return this.#parts.rows.ofLocation(locationId);
  }

  /**
   * The access groups of the connection's site, by name, with `search` in it in either case.
   * @throws AttemptError the state of a connection that does not work; SaltoKsError
   */
  async accessGroups(connection: Connection, search = ''): Promise<{ id: string; name: string }[]> {
    const groups = await this.siteOf(connection).accessGroups.list();
    return groups
      .map(({ id, customer_reference: name }) => ({ id, name: name ?? id }))
      .filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** A Salto account by an access token of its own, for what comes before a connection. */
  account(accessToken: string): SaltoKsAccount {
    return new SaltoKsAccount((call) => this.#send(call, accessToken), this.#parts.apiUrl);
  }

  /**
   * Looks whether our account still administers the site and the site's subscription runs, and keeps what it finds: the
   * state, its event and its log line once, however many look. A connection heals by this as it breaks by it; one whose
   * token was refused needs a person, and is not looked at.
   * @returns the connection as it is now; undefined when there is none
   * @throws SaltoKsError when Salto does not tell
   */
  async check(connectionId: string): Promise<Connection | undefined> {
    const { rows, apiUrl } = this.#parts;
    const connection = await rows.byId(connectionId);
    if (connection?.status === 'needs_reconnect' || connection?.status === 'disconnected') return connection;
    if (connection === undefined) return undefined;
    const standing = await standingAt(new SaltoKsSite(this.#sender(connection), apiUrl, connection.siteId));
    const changed = await this.#change((em) => rows.saveStanding(queriesOf(em), connection, standing));
    return changed ?? (await rows.byId(connectionId));
  }

  /** Connects a location, or connects it again, in the transaction of the caller, who has checked that it may be. */
  async connect(em: EntityManager, connection: NewConnection): Promise<Connection> {
    const connected = await this.#parts.rows.save(queriesOf(em), connection);
    await this.#publish(em, connected);
    return connected;
  }

  /**
   * Chooses which roles see the digital key.
   * @returns undefined when the location has no connection
   * @throws Problem 412 `version_conflict`
   */
  showKeyTo(locationId: string, roles: readonly KeyRole[], expectedVersion: number): Promise<Connection | undefined> {
    const { rows, dataSource } = this.#parts;
    return inTransaction(dataSource, async (em) => {
      const connection = await rows.lock(queriesOf(em), locationId);
      if (connection === undefined) return undefined;
      requireVersion(connection.version, expectedVersion);
      const changed = await rows.saveVisibility(queriesOf(em), connection.id, roles);
      await this.#publish(em, changed);
      return changed;
    });
  }

  /** Ends a connection, at once or when everything is revoked, in the transaction of the caller, who has locked it. */
  async end(em: EntityManager, { id }: Connection, status: 'disconnecting' | 'disconnected'): Promise<void> {
    const changed = await this.#parts.rows.saveEnding(queriesOf(em), id, status);
    if (changed !== undefined) await this.#publish(em, changed);
  }

  /** The site, to read from it once more after its connection has ended; undefined when there are no tokens for it. */
  async readerOf(locationId: string, siteId: string): Promise<SaltoKsSite | undefined> {
    const connection = await this.#parts.rows.ofLocation(locationId);
    if (connection?.siteId !== siteId || !(await this.#parts.rows.hasTokens(connection.id))) return undefined;
    return new SaltoKsSite(this.#sender(connection), this.#parts.apiUrl, siteId);
  }

  /** Sends within the connection's budget, with its token. */
  #sender(connection: Connection): Sender {
    const { id } = connection;
    const budget = this.#budgets.get(id) ?? new RequestBudget(this.#parts.budget);
    this.#budgets.set(id, budget);
    return (call) =>
      budget.run(async () => {
        const token = await this.#vault.access(connection);
        try {
          return await this.#send(this.#unlessEnded(id, call), token);
        } catch (error) {
          if (error instanceof SaltoKsError && error.code === 'access_token_refused') this.#vault.refused(id, token);
          throw error;
        }
      });
  }

  /** A write is not sent any more once the connection has ended, by an attempt that began before either. */
  #unlessEnded<Answer>(connectionId: string, call: Call<Answer>): Call<Answer> {
    const { beforeSend } = call;
    if (beforeSend === undefined) return call;
    return {
      ...call,
      beforeSend: async () => {
        await beforeSend();
        if (!(await this.#parts.rows.isEnded(connectionId))) return;
        throw new AttemptError('connection_disconnected', 'later', 'the location was disconnected');
      },
    };
  }

  /** As `#sender`; a refusal that may be about the whole connection is looked into. */
  #explaining(connection: Connection): Sender {
    const sender = this.#sender(connection);
    return async (call) => {
      try {
        return await sender(call);
      } catch (error) {
        const isForbidden = error instanceof SaltoKsError && error.code === 'insufficient_permissions';
        throw isForbidden ? await this.#explained(connection.id, error) : error;
      }
    };
  }

  /** @returns the refusal under the name of the connection's state, where that is its reason */
  async #explained(connectionId: string, error: SaltoKsError): Promise<SaltoKsError> {
    const now = performance.now();
    let look = this.#looks.get(connectionId);
    if (look === undefined || now - look.at > LOOK_INTO_EVERY_MS) {
      look = { at: now, found: this.check(connectionId).catch(() => undefined) };
      this.#looks.set(connectionId, look);
    }
    const code = (await look.found)?.status;
    if (code !== 'site_subscription_expired') return error;
    return new SaltoKsError(error.message, { ...error, code, retry: 'later' });
  }

  #send<Answer>(call: Call<Answer>, token: string): Promise<Answer> {
    const { dispatcher, timeoutMs } = this.#parts;
    return send({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }, dispatcher, timeoutMs);
  }

  /** One event and one line for a change of state, by whoever made it. */
  async #change(save: (em: EntityManager) => Promise<Connection | undefined>): Promise<Connection | undefined> {
    const changed = await inTransaction(this.#parts.dataSource, async (em) => {
      const connection = await save(em);
      if (connection !== undefined) await this.#publish(em, connection);
      return connection;
    });
    if (changed !== undefined) {
      const { id: connectionId, locationId, status } = changed;
      const level = failureOf(status) === undefined ? 'info' : 'error';
      log[level]({ connectionId, locationId, status }, 'a connection to Salto KS has changed its state');
    }
    return changed;
  }

  #publish(em: EntityManager, connection: Connection): Promise<void> {
    const { version, id, locationId, siteId, status, keyVisibility } = connection;
    const data = { id, locationId, siteId, status, keyVisibility };
    return this.#parts.outbox.append(em, connectionEvents.changed, { version, occurredAt: Date.now(), data });
  }
}

function requireWorking({ status }: Connection): void {
  const failure = failureOf(status);
  if (failure !== undefined) throw new AttemptError(failure, 'later', `the connection is ${status}`);
}
