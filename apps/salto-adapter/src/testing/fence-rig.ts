import { randomUUID } from 'node:crypto';
import { createFakeSaltoKs, demo, demoSeed, type FakeSaltoKs, type FaultRuleInput } from '@latchkey/fake-salto-ks';
import type { ApplyRequest, ApplyResult, Removal, WantedGroup } from '@latchkey/access-workflows';
import { runMigrations } from '@latchkey/service-kit';
import { createTestDatabase } from '@latchkey/test-kit';
import pg from 'pg';
import { Agent } from 'undici';
import { Access } from '../access/access.ts';
import type { Sites } from '../access/sites.ts';
import { PairLocks } from '../access/pair-lock.ts';
import { Sealer } from '../encryption/sealer.ts';
import { migrations } from '../migrations/migrations.ts';
import { Contacts, type Contact } from '../people/contacts.ts';
import { SaltoUsers } from '../people/salto-users.ts';
import { Upkeep } from '../people/upkeep.ts';
import { send, type Call } from '../salto-ks/call.ts';
import { GroupMembers } from '../salto-ks/group-members.ts';
import { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { poolQueries } from './pool-queries.ts';

export const siteId = demo.paris.id;
export const { roomA, office1, desks, frontDoor } = demo.paris.groups;
export const MINUTE_MS = 60_000;

export const ADD_PATH = '/v1.2/sites/*/access_groups/*/users';
export const REMOVE_PATH = '/v1.2/sites/*/access_groups/*/users/*';

/** Far more than the fake needs, also on a busy machine. */
const CALL_DEADLINE_MS = 5_000;
/** For attempts that get no answer, since tests wait for it. */
const HASTY_MS = 300;

type SiteUser = ReturnType<FakeSaltoKs['state']['siteUsers']['ofSite']>[number];

/** What to apply, in short: groups by id are wanted without an end. */
export interface Wish {
  readonly n: number;
  readonly epoch?: number;
  readonly member?: string;
  readonly groups?: readonly (string | WantedGroup)[];
  readonly removals?: readonly (string | Removal)[];
  /** The `n` of the newest confirmed revision, and the groups that are known to be ours. */
  readonly confirmed?: number;
  readonly owned?: readonly string[];
  readonly isRetried?: boolean;
}

/** The fence on a real database, against a Salto KS over HTTP, with a clock that the test moves. */
export class FenceRig {
  readonly fake: FakeSaltoKs;
  readonly pool: pg.Pool;
  readonly access: Access;
  /** Whom the tests are mostly about. */
  readonly member = randomUUID();
  /** What the gateway would say of a member; without an entry, somebody with a verified address. */
  readonly contacts = new Map<string, Partial<Contact>>();
  #aheadMs = 0;
  readonly #members = new GroupMembers(() => performance.now() + this.#aheadMs);
  readonly #agent = new Agent();
  readonly #drop: () => Promise<void>;

  private constructor(fake: FakeSaltoKs, databaseUrl: string, drop: () => Promise<void>) {
    this.fake = fake;
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
    this.pool.on('error', () => undefined);
    this.#drop = drop;
    this.access = this.replica();
  }

  static async create(): Promise<FenceRig> {
    const database = await createTestDatabase('fence');
    await runMigrations(database.url, migrations);
    const fake = await (await createFakeSaltoKs({ seed: demoSeed() })).listen();
    return new FenceRig(fake, database.url, () => database.drop());
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.#agent.destroy();
    await this.fake.close();
    await this.#drop();
  }

  /** Another process of the adapter on the same database; its clock is `aheadMs` ahead of the others'. */
  replica(options: ReplicaOptions = {}): Access {
    const { membersMaxAgeMs = 0 } = options;
    const shared = this.#parts(options);
    return new Access({ ...shared, members: this.#members, membersMaxAgeMs });
  }

  /** The upkeep of users in another process of the adapter. */
  upkeepOf(options: ReplicaOptions = {}): Upkeep {
    return new Upkeep({ ...this.#parts(options), members: this.#members });
  }

  #parts(options: ReplicaOptions) {
    const { aheadMs = 0, waitMs = 5_000, pool = this.pool } = options;
    const sealer = new Sealer([{ id: 'test', key: Buffer.alloc(32, 7) }]);
    const contacts = new Contacts(poolQueries(pool), sealer, { contact: (id) => Promise.resolve(this.#contact(id)) });
    const startClock = (databaseNow: number) => () => Math.floor(databaseNow + this.#aheadMs + aheadMs);
    return {
      sites: this.sites(options),
      locks: new PairLocks(pool, { waitMs, startClock }),
      contacts,
      users: new SaltoUsers(contacts, sealer),
    };
  }

  sites(options: ReplicaOptions = {}): Sites {
    return { of: (site) => Promise.resolve(this.#site(site, options)) };
  }

  /** A process that does not wait long for an answer. */
  hasty(): Access {
    return this.replica({ callDeadlineMs: HASTY_MS });
  }

  apply(wish: Wish, access: Access = this.access): Promise<ApplyResult> {
    return access.apply(this.request(wish));
  }

  request({
    n,
    epoch = 1,
    member = this.member,
    groups = [],
    removals = [],
    confirmed,
    owned,
    isRetried,
  }: Wish): ApplyRequest {
    return {
      version: 1,
      siteId,
      memberId: member,
      revision: { epoch, n },
      groups: groups.map((group) => (typeof group === 'string' ? { id: group, until: null } : group)),
      removals: removals.map((removal) => (typeof removal === 'string' ? { id: removal } : removal)),
      urgency: 1,
      ...(confirmed !== undefined && { confirmed: { epoch, n: confirmed } }),
      ...(owned !== undefined && { owned }),
      ...(isRetried !== undefined && { isRetried }),
      entitlement: { kind: 'booking', id: 'b0000000-0000-4000-8000-000000000000' },
    };
  }

  /** The adapter's database as it was before it knew of any pair … */
  async restoreIntents(): Promise<void> {
    await this.pool.query('TRUNCATE pair, group_intent, quarantine');
  }

  /** … and before it knew any user. */
  async restoreEmpty(): Promise<void> {
    await this.restoreIntents();
    await this.pool.query('TRUNCATE salto_user, user_creation, user_upkeep, person');
  }

  /** Moves the attempts' clocks on. */
  pass(ms: number): void {
    this.#aheadMs += ms;
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  fault(...rules: FaultRuleInput[]): void {
    this.fake.addFaults(...rules);
  }

  /** The groups that the member is in at Salto. */
  async groupsOf(member = this.member): Promise<string[]> {
    return this.groupsOfUser(await this.platformId(member));
  }

  groupsOfUser(id: string): string[] {
    const groups = this.fake.state.accessGroups.ofSite(siteId);
    return groups.filter((group) => group.members.has(id)).map((group) => group.id);
  }

  async platformId(member = this.member): Promise<string> {
    const { rows } = await this.pool.query<{ id: string }>(
      'SELECT platform_id AS id FROM salto_user WHERE member_id = $1',
      [member],
    );
    return rows[0]?.id ?? 'nobody';
  }

  /** An administrator's word on the Salto user that is proposed as the member's. */
  async decideLink(decision: 'link' | 'refuse', member = this.member): Promise<void> {
    const sql = 'UPDATE link_proposal SET decision = $2 WHERE member_id = $1';
    const { rowCount } = await this.pool.query(sql, [member, decision]);
    if (rowCount !== 1) throw new Error('nothing was proposed');
  }

  /** The member's user as Salto has it, to be changed as in Salto's dashboard. */
  async saltoUser(member = this.member): Promise<SiteUser> {
    const user = this.fake.state.siteUsers.ofAccount(siteId, await this.platformId(member));
    if (user === undefined) throw new Error('Salto has no such user');
    return user;
  }

  /** Somebody else makes a user at Salto. @returns its platform id */
  async foreignUser(email: string, role = 'site_user'): Promise<string> {
    const token = await this.fake.accessToken(demo.administrator.id);
    const roleId = this.fake.state.sites.get(siteId)?.roles.find(({ code }) => code === role)?.id;
    const response = await fetch(`${this.fake.url}/v1.2/sites/${siteId}/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ first_name: 'F', last_name: 'X', alias: 'F X', email, role_ids: [roleId] }),
    });
    return ((await response.json()) as { user: { id: string } }).user.id;
  }

  /** Somebody changes a membership in Salto's dashboard. */
  async byHand(change: 'add' | 'remove', groupId: string, member = this.member): Promise<void> {
    this.byHandOf(change, groupId, await this.platformId(member));
  }

  byHandOf(change: 'add' | 'remove', groupId: string, platformId: string): void {
    this.fake.state.accessGroups.get(groupId)?.setMember(platformId, change === 'add', Date.now());
  }

  async releaseLateWrites(): Promise<void> {
    await fetch(`${this.fake.url}/_fake/late-writes/release`, { method: 'POST' });
  }

  /** The database ends the sessions that hold a pair's lock, as an administrator or a failover would. */
  async endLockSessions(): Promise<number> {
    const { rowCount } = await this.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rowCount ?? 0;
  }

  /** API calls since the last `forgetCalls`: `POST …/access_groups/…/users`. */
  calls(method: string, path: RegExp): number {
    return this.fake.calls.matching((call) => call.method === method && path.test(call.path)).length;
  }

  #site(site: string, { onBeforeSend, callDeadlineMs = CALL_DEADLINE_MS }: ReplicaOptions): SaltoKsSite {
    const sender = async <Answer>(call: Call<Answer>): Promise<Answer> => {
      const token = await this.fake.accessToken(demo.administrator.id);
      const beforeSend = async () => {
        await call.beforeSend?.();
        await onBeforeSend?.();
      };
      return send({ ...call, headers: { authorization: `Bearer ${token}` }, beforeSend }, this.#agent, callDeadlineMs);
    };
    return new SaltoKsSite(sender, this.fake.url, site);
  }

  #contact(memberId: string): Contact {
    const usual = { givenName: 'Ada', familyName: memberId.slice(0, 8), isEmailVerified: true, version: 1 };
    return { ...usual, email: `${memberId}@members.example`, ...this.contacts.get(memberId) };
  }
}

export interface ReplicaOptions {
  readonly aheadMs?: number;
  readonly waitMs?: number;
  readonly callDeadlineMs?: number;
  readonly membersMaxAgeMs?: number;
  /** Runs before each call, after what it records was committed. */
  readonly onBeforeSend?: () => Promise<void>;
  readonly pool?: pg.Pool;
}
