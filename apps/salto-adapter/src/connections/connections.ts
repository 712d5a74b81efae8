import type { Urgency } from '@latchkey/access-workflows';
import { connectionEvents, type KeyRole } from '@latchkey/contracts';
import { inTransaction, logger, requireVersion, type Outbox } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import type { Dispatcher } from 'undici';
import type { Asker, Sites } from '../access/sites.ts';
import { AttemptError } from '../access/failures.ts';
import type { BudgetRepository } from '../budget/budget.repository.ts';
import type { BudgetOptions } from '../budget/budget-state.ts';
import { ConnectionBudget, type Departs } from '../budget/connection-budget.ts';
import type { Ask } from '../budget/turn-taker.ts';
import { queriesOf } from '../database/queries.ts';
import { send, type Call } from '../salto-ks/call.ts';
import type { IdentityClient } from '../salto-ks/identity.client.ts';
import { SaltoKsAccount } from '../salto-ks/salto-ks.account.ts';
import { openEntryLog } from '../entries/entry-logs.ts';
import { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import type { Sender } from '../salto-ks/call.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Connection, ConnectionOfSite, ConnectionRepository, NewConnection } from './connection.repository.ts';
import { standingAt, type Standing } from './connection-check.ts';
import { failureOf } from './connection-failures.ts';
import { TokenVault, type TimedToken } from './token-vault.ts';

const log = logger('connections');
/** Salto's refusals of one connection are looked into at most this often. */
const LOOK_INTO_EVERY_MS = 60_000;
/** What Salto says is not there is believed if the site was seen this long ago at the most. */
const SEEN_MS = 1_000;
const NOT_THERE = new Set<string>(['group_missing', 'user_deleted_externally']);

/** Reads for somebody at a screen, or that decide whether a connection works at all. */
const PERSON_WAITS = { urgency: 1, isRevoke: false, memberId: undefined, holdsLock: false } as const;

/** A look into a refusal, shared by all that are refused at about the same time. */
interface Look {
  /** `performance.now()`. */
  readonly at: number;
  readonly found: Promise<Standing | undefined>;
}

export interface ConnectionsParts {
  readonly dataSource: DataSource;
  readonly outbox: Outbox;
  readonly rows: ConnectionRepository;
  readonly identity: IdentityClient;
  readonly dispatcher: Dispatcher;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly budgets: BudgetRepository;
  readonly budget: BudgetOptions;
}

/** The locations' connections to Salto KS sites: their states, and the way to the sites for everybody else. */
export class Connections implements Sites {
  readonly #parts: ConnectionsParts;
  readonly #vault: TokenVault;
  readonly #budgets = new Map<string, ConnectionBudget>();
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
  async of(siteId: string, urgency: Urgency, asker?: Asker): Promise<SaltoKsSite> {
    const connection = await this.#ofSite(siteId);
    requireWorking(connection);
    const holdsLock = asker !== undefined;
    const ask = { urgency, isRevoke: asker?.isRevoke ?? false, memberId: asker?.memberId, holdsLock };
    await this.#budget(connection).enter(ask, connection.isHeld);
    return this.#site(connection, ask);
  }

  /**
   * The site of this very connection, for a person who waits.
   * @throws AttemptError the state of a connection that does not work
   */
  siteOf(connection: Connection): SaltoKsSite {
    requireWorking(connection);
    return this.#site(connection, PERSON_WAITS);
  }

  #site(connection: Connection, ask: Omit<Ask, 'isBegun'>): SaltoKsSite {
    return new SaltoKsSite(this.#explaining(connection, ask), this.#parts.apiUrl, connection.siteId);
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

  async #ofSite(siteId: string): Promise<ConnectionOfSite> {
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
    await this.#standing(connectionId);
    return this.#parts.rows.byId(connectionId);
  }

  /** @returns undefined where there is no token to look with */
  async #standing(connectionId: string): Promise<Standing | undefined> {
    const { rows, apiUrl } = this.#parts;
    const connection = await rows.byId(connectionId);
    const { status } = connection ?? {};
    if (connection === undefined || status === 'needs_reconnect' || status === 'disconnected') return undefined;
    const site = new SaltoKsSite(this.#sender(connection, PERSON_WAITS), apiUrl, connection.siteId);
    const standing = await standingAt(site);
    await this.#change((em) => rows.saveStanding(queriesOf(em), connection, standing));
    return standing;
  }

  /** Connects a location, or connects it again, in the transaction of the caller, who has checked that it may be. */
  async connect(em: EntityManager, connection: NewConnection): Promise<Connection> {
    const connected = await this.#parts.rows.save(queriesOf(em), connection);
    await openEntryLog(queriesOf(em), connection.siteId);
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
    return new SaltoKsSite(this.#sender(connection, PERSON_WAITS), this.#parts.apiUrl, siteId);
  }

  #budget({ id }: Connection): ConnectionBudget {
    const known = this.#budgets.get(id);
    if (known !== undefined) return known;
    const { budgets, budget: options, apiUrl } = this.#parts;
    const probe = () => this.#probe(id, apiUrl);
    const budget = new ConnectionBudget({ connectionId: id, budgets, options, probe });
    this.#budgets.set(id, budget);
    return budget;
  }

  /** The connection may have been made anew, with another site, since its budget was first asked for. */
  async #probe(connectionId: string, apiUrl: string): Promise<void> {
    const connection = await this.#parts.rows.byId(connectionId);
    if (connection === undefined) return;
    await new SaltoKsSite((call) => this.#authorised(connection, call), apiUrl, connection.siteId).site();
  }

  /** One attempt's calls, within the budget: once one of them had its turn, the others end what was begun. */
  #sender(connection: Connection, ask: Omit<Ask, 'isBegun'>): Sender {
    const budget = this.#budget(connection);
    let isBegun = false;
    return async (call) => {
      // Tokens are outside of the budget, and must not use up the time between a turn and its request.
      await this.#vault.access(connection);
      return budget.run({ ...ask, isBegun }, (departs) => {
        isBegun = true;
        return this.#authorised(connection, departing(this.#unlessEnded(connection, call), departs));
      });
    };
  }

  async #authorised<Answer>(connection: Connection, call: Call<Answer>): Promise<Answer> {
    const token = await this.#vault.access(connection);
    try {
      return await this.#send(call, token);
    } catch (error) {
      const isRefused = error instanceof SaltoKsError && error.code === 'access_token_refused';
      if (isRefused) this.#vault.refused(connection.id, token);
      throw error;
    }
  }

  /** A write is not sent any more once the connection has ended, or leads elsewhere, by an attempt that began before. */
  #unlessEnded<Answer>(connection: Connection, call: Call<Answer>): Call<Answer> {
    if (call.method === 'GET') return call;
    return {
      ...call,
      beforeSend: async () => {
        await call.beforeSend?.();
        if (await this.#parts.rows.isToSite(connection)) return;
        throw new AttemptError('connection_disconnected', 'later', 'the location was disconnected');
      },
    };
  }

  /** As `#sender`; a refusal that may be about the whole connection is looked into. */
  #explaining(connection: Connection, ask: Omit<Ask, 'isBegun'>): Sender {
    const sender = this.#sender(connection, ask);
    return async (call) => {
      try {
        return await sender(call);
      } catch (error) {
        if (!(error instanceof SaltoKsError)) throw error;
        if (error.code === 'insufficient_permissions') throw await this.#explained(connection.id, error);
        throw NOT_THERE.has(error.code) ? await this.#believed(connection.id, error) : error;
      }
    };
  }

  /** @returns the refusal under the name of the connection's state, where that is its reason */
  async #explained(connectionId: string, error: SaltoKsError): Promise<SaltoKsError> {
    const code = await this.#lookInto(connectionId, LOOK_INTO_EVERY_MS);
    if (code !== 'site_subscription_expired') return error;
    return new SaltoKsError(error.message, { ...error, code, retry: 'later' });
  }

  /**
   * "Not there" ends revocations, so it is believed only of a site that our account administers at this moment: the same
   * answer may mean that we are not shown the site any more, or come from somewhere before Salto.
   */
  async #believed(connectionId: string, error: SaltoKsError): Promise<SaltoKsError> {
    const standing = await this.#lookInto(connectionId, SEEN_MS);
    if (standing === 'connected' || standing === 'site_subscription_expired') return error;
    if (standing === undefined) {
      const what = `${error.message}, and whether the site is there could not be seen`;
      return new SaltoKsError(what, { ...error, code: 'provider_unavailable', retry: 'soon' });
    }
    return new SaltoKsError(error.message, { ...error, code: standing, retry: 'later' });
  }

  /** What a look at the site shows, that began this long ago at the most; undefined where it shows nothing. */
  #lookInto(connectionId: string, maxAgeMs: number): Promise<Standing | undefined> {
    const now = performance.now();
    let look = this.#looks.get(connectionId);
    if (look === undefined || now - look.at > maxAgeMs) {
      look = { at: now, found: this.#standing(connectionId).catch(() => undefined) };
      this.#looks.set(connectionId, look);
    }
    return look.found;
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

/** Tells when nothing but sending is left to do. */
function departing<Answer>(call: Call<Answer>, departs: Departs): Call<Answer> {
  return {
    ...call,
    beforeSend: async () => {
      await call.beforeSend?.();
      await departs();
    },
  };
}
