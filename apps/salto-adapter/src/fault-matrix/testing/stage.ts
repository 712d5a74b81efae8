import { randomUUID } from 'node:crypto';
import type { ApplyRequest, ApplyResult, GroupLook } from '@latchkey/access-workflows';
import type { Call, FaultRuleInput } from '@latchkey/fake-salto-ks';
import { inTransaction, Outbox } from '@latchkey/service-kit';
import { eventually } from '@latchkey/test-kit';
import { Access } from '../../access/access.ts';
import { attempted } from '../../access/attempted.ts';
import { Doors } from '../../access/door.activities.ts';
import { PairLocks } from '../../access/pair-lock.ts';
import type { Connections } from '../../connections/connections.ts';
import { Sealer } from '../../encryption/sealer.ts';
import { Contacts, type Contact } from '../../people/contacts.ts';
import { LinkProposals } from '../../people/link-proposals.ts';
import { SaltoUsers } from '../../people/salto-users.ts';
import { GroupMembers } from '../../salto-ks/group-members.ts';
import { SiteChecks } from '../../site-checks/site.activities.ts';
import { poolQueries } from '../../testing/pool-queries.ts';
import { siteId, type MatrixRig } from './matrix-rig.ts';

/** One case: a member, and the processes that act for it. */
export class Stage {
  readonly rig: MatrixRig;
  readonly memberId = randomUUID();
  /** What the billing gateway says of the member. */
  contact: Contact;
  /** Users with an e-mail of the member's that are somebody else. */
  strangers = 0;
  /** Groups into which somebody else has put the member's user. */
  byOthers: string[] = [];
  #process: Connections;
  #aheadMs = 0;
  #revision = 1;
  readonly #sealer: Sealer;
  #firstCall: number;
  /** Those of a person who connects again. */
  #ignored = { from: 0, to: 0 };

  private constructor(rig: MatrixRig, process: Connections) {
    this.rig = rig;
    this.#process = process;
    this.#sealer = new Sealer(rig.adapter.config.ENCRYPTION_KEYS);
    this.#firstCall = rig.fake.calls.added;
    const email = `${this.memberId}@members.example`;
    this.contact = { givenName: 'Ada', familyName: 'L', email, isEmailVerified: true, version: 1 };
  }

  static async open(rig: MatrixRig): Promise<Stage> {
    await rig.reset();
    return new Stage(rig, await rig.process());
  }

  /** Calls are counted from here. */
  begin(): void {
    this.#firstCall = this.rig.fake.calls.added;
  }

  /** Another process goes on. */
  async takeOver(options?: { isHasty: boolean }): Promise<void> {
    this.#process = await this.rig.process(options);
  }

  pass(ms: number): void {
    this.#aheadMs += ms;
  }

  fault(rule: FaultRuleInput): void {
    this.rig.fake.addFaults(rule);
  }

  /** The next `apply` is of a newer revision. */
  revise(): void {
    this.#revision += 1;
  }

  apply(wish: Pick<ApplyRequest, 'groups' | 'removals' | 'isRetried'>): Promise<ApplyResult> {
    const entitlement = { kind: 'booking', id: 'b0000000-0000-4000-8000-000000000000' } as const;
    const revision = { epoch: 1, n: this.#revision };
    return this.#doors().applyAccess({ version: 1, ...this.#pair, revision, urgency: 1, entitlement, ...wish });
  }

  prepare(): Promise<void> {
    return this.#doors().prepareMember({ version: 1, ...this.#pair });
  }

  look(groupId: string): Promise<GroupLook> {
    const checks = new SiteChecks({
      sites: this.#process,
      locks: this.#locks(),
      database: poolQueries(this.rig.adapter.pool),
    });
    return checks.lookAtGroup({ version: 1, siteId, groupId, withLint: false });
  }

  /** An access token, renewed if it has to be. */
  token(): Promise<unknown> {
    return attempted({ siteId }, () => this.#process.hubToken(siteId));
  }

  /** Something that only a good token gets an answer to. */
  async readSite(): Promise<void> {
    await (await this.#process.of(siteId, 1)).site();
  }

  /** An administrator confirms the Salto user that is proposed as the member's. */
  async confirmLink(): Promise<void> {
    const { dataSource, adapter } = this.rig;
    const proposals = new LinkProposals(poolQueries(adapter.pool), this.#sealer, new Outbox(() => undefined));
    const { rows } = await adapter.pool.query<{ locationId: string; saltoUserId: string }>(
      `UPDATE person SET member_of = ARRAY[location_id] FROM connection JOIN link_proposal USING (site_id)
        WHERE person.member_id = $1 AND link_proposal.member_id = $1 AND site_id = $2
       RETURNING location_id AS "locationId", platform_id AS "saltoUserId"`,
      [this.memberId, siteId],
    );
    const [proposed] = rows;
    if (proposed === undefined) throw new Error('nothing was proposed');
    const { locationId, saltoUserId } = proposed;
    const decision = { memberId: this.memberId, saltoUserId, decision: 'link' as const };
    await inTransaction(dataSource, (em) => proposals.decide(em, { siteId, locationId }, decision));
  }

  /** What a person or the check does about a connection that does not work. */
  async healConnection(): Promise<void> {
    const status = await this.rig.connectionStatus();
    if (status === 'connected') return;
    if (status !== 'needs_reconnect') return this.rig.check(this.#process);
    const before = this.rig.fake.calls.added;
    await this.rig.reconnect();
    this.#ignored = { from: before, to: this.rig.fake.calls.added };
  }

  /** What was sent late has arrived; what a fault holds back has not. */
  async allArrived(): Promise<void> {
    await eventually(() => this.calls(({ outcome }) => outcome === 'pending') === 0);
  }

  async landLateWrites(): Promise<void> {
    await this.allArrived();
    await this.rig.fake.lateWrites.release();
  }

  /** Calls since `begin`. */
  calls(filter: (call: Call) => boolean): number {
    const { from, to } = this.#ignored;
    const isOurs = ({ seq }: Call) => seq >= this.#firstCall && (seq < from || seq >= to);
    return this.rig.fake.calls.matching((call) => isOurs(call) && filter(call)).length;
  }

  /** The member's users at Salto. */
  users() {
    const { state } = this.rig.fake;
    const hasEmail = (id: string) => state.accounts.get(id)?.email?.startsWith(this.memberId) === true;
    return state.siteUsers.ofSite(siteId).filter((user) => user.deleted_at === null && hasEmail(user.user_id));
  }

  async linked(): Promise<{ origin: string; platformId: string } | undefined> {
    const { rows } = await this.rig.adapter.pool.query<{ origin: string; platformId: string }>(
      'SELECT origin, platform_id AS "platformId" FROM salto_user WHERE member_id = $1',
      [this.memberId],
    );
    return rows[0];
  }

  /** The groups in which Salto has any user of the member's. */
  groups(): string[] {
    return this.users().flatMap(({ user_id: id }) => this.rig.groupsOf(id));
  }

  /** Somebody changes a membership in Salto's dashboard. */
  byHand(change: 'add' | 'remove', groupId: string): void {
    const [user] = this.users();
    if (user === undefined) throw new Error('Salto has no such user');
    this.rig.fake.state.accessGroups.get(groupId)?.setMember(user.user_id, change === 'add', Date.now());
    if (change === 'add') this.byOthers.push(groupId);
  }

  blockUser(isBlocked: boolean): void {
    for (const user of this.users()) user.blocked = isBlocked;
  }

  /** Somebody deletes the user in Salto's dashboard; its memberships go with it. */
  async deleteUser(): Promise<void> {
    this.byOthers = [];
    for (const { id } of this.users()) await fetch(`${this.rig.fake.url}/_fake/users/${id}`, { method: 'DELETE' });
  }

  /** The user that has the member's e-mail turns out to administer the site. */
  makeAdministrator(): void {
    for (const user of this.users()) user.role_codes = ['site_admin'];
    this.strangers = 1;
  }

  /** The member has another e-mail from now on. */
  async changeEmail(): Promise<void> {
    const version = this.contact.version + 1;
    this.contact = { ...this.contact, email: `${this.memberId}-2@members.example`, version };
    const sql = 'UPDATE person SET contact_version = $2 WHERE member_id = $1';
    await this.rig.adapter.pool.query(sql, [this.memberId, version]);
  }

  /** Somebody makes a user with the member's e-mail in Salto's dashboard. */
  foreignUser(role: 'site_user' | 'site_admin' = 'site_user'): void {
    const { state } = this.rig.fake;
    const names = { first_name: 'F', last_name: 'X' };
    const account = state.accounts.put({ id: randomUUID(), email: this.contact.email, password: null, ...names });
    state.siteUsers.put({
      ...{ id: randomUUID(), site_id: siteId, user_id: account.id, alias: 'F X', role_codes: [role] },
      ...{ subscription_state: 'subscribed', use_pin: false, pin: null, tag_id: null, remote_access: false },
      ...{ blocked: false, expires_at: null, created_at: 0, deleted_at: null },
    });
  }

  get #pair() {
    return { siteId, memberId: this.memberId };
  }

  #locks(): PairLocks {
    const startClock = (databaseNow: number) => () => Math.floor(databaseNow + this.#aheadMs);
    return new PairLocks(this.rig.adapter.pool, { startClock });
  }

  #doors(): Doors {
    const source = { contact: () => Promise.resolve(this.contact) };
    const contacts = new Contacts(poolQueries(this.rig.adapter.pool), this.#sealer, source);
    const users = new SaltoUsers(contacts, this.#sealer);
    const parts = { sites: this.#process, locks: this.#locks(), users, members: new GroupMembers() };
    return new Doors(new Access({ ...parts, membersMaxAgeMs: 0 }));
  }
}
