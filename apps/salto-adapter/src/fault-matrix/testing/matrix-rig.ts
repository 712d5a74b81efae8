import { demo, type FakeSaltoKs } from '@latchkey/fake-salto-ks';
import { typeOrmOptions } from '@latchkey/service-kit';
import { DataSource } from 'typeorm';
import type { Connections } from '../../connections/connections.ts';
import type { AdapterRig } from '../../testing/adapter-rig.ts';
import { BudgetRig, type Arrivals } from '../../testing/budget-rig.ts';

export const { roomA, office1, desks } = demo.paris.groups;
export const siteId = demo.paris.id;
export const MINUTE_MS = 60_000;

/** Far above what the fake needs on a busy machine, and far below what a test wants to wait for. */
const HASTY_MS = 800;
/** Several times the real one, so that the matrix takes a minute and not five; its keeping is what is looked at. */
export const BUDGET = { perSecond: 50, atOnce: 5 } as const;
const ENOUGH_SEATS = 10_000;

/** One connection to one Salto KS, on which every case plays with a member of its own. */
export class MatrixRig {
  readonly #budget: BudgetRig;
  readonly #dataSource: DataSource;
  readonly #connectionId: string;
  readonly #locationId: string;
  #deleted: ReturnType<FakeSaltoKs['state']['accessGroups']['get']>;

  private constructor(budget: BudgetRig, dataSource: DataSource, connection: { id: string; location_id: string }) {
    this.#budget = budget;
    this.#dataSource = dataSource;
    this.#connectionId = connection.id;
    this.#locationId = connection.location_id;
  }

  static async create(): Promise<MatrixRig> {
    const budget = await BudgetRig.create('fault-matrix', BUDGET);
    const { adapter } = budget;
    const dataSource = await new DataSource(
      typeOrmOptions({ url: adapter.config.DATABASE_URL, entities: [] }),
    ).initialize();
    adapter.closes(() => dataSource.destroy());
    const { rows } = await adapter.pool.query<{ id: string; location_id: string }>(
      'SELECT id, location_id FROM connection',
    );
    if (rows[0] === undefined) throw new Error('no connection');
    return new MatrixRig(budget, dataSource, rows[0]);
  }

  close(): Promise<void> {
    return this.#budget.close();
  }

  get adapter(): AdapterRig {
    return this.#budget.adapter;
  }

  get fake(): FakeSaltoKs {
    return this.adapter.fake;
  }

  get site() {
    const site = this.fake.state.sites.get(siteId);
    if (site === undefined) throw new Error('no site');
    return site;
  }

  get dataSource(): DataSource {
    return this.#dataSource;
  }

  /** A process that knows nothing yet. @param isHasty gives up soon on what does not answer */
  process({ isHasty = false } = {}): Promise<Connections> {
    return this.#budget.replica(undefined, { ...BUDGET, ...(isHasty && { callTimeoutMs: HASTY_MS }) });
  }

  /** Everything as it is without a fault, also after a case that failed. */
  async reset(): Promise<void> {
    this.fake.removeFaults();
    this.setOwnRole('site_admin');
    this.site.subscription_valid = true;
    this.addSeats();
    this.makeGroupAnew();
    for (const id of [roomA, office1, desks]) this.fake.state.accessGroups.get(id)?.members.clear();
    this.fake.set({ refresh_token_rotation: true, page_size: 100, repeated_member_change: 'succeeds' });
    if ((await this.connectionStatus()) !== 'connected') await this.reconnect();
  }

  /** An administrator connects the location again. */
  async reconnect(): Promise<void> {
    await this.adapter.connectBy([await this.process(), this.#dataSource], siteId, this.#locationId);
  }

  /** What the check of the connection finds that runs every five minutes. */
  async check(process: Connections): Promise<void> {
    await process.check(this.#connectionId);
  }

  async connectionStatus(): Promise<string> {
    const { rows } = await this.adapter.pool.query<{ status: string }>('SELECT status FROM connection');
    return rows[0]?.status ?? 'none';
  }

  /** The states of the connection that others have been told of. */
  async toldStates(): Promise<string[]> {
    const { rows } = await this.adapter.pool.query<{ status: string }>(
      `SELECT data ->> 'status' AS status FROM outbox_message WHERE data ->> 'keyVisibility' IS NOT NULL ORDER BY id`,
    );
    return rows.map(({ status }) => status);
  }

  async expireToken(): Promise<void> {
    await this.adapter.pool.query('UPDATE connection SET access_expires_at = now()');
  }

  /** Somebody else gives our account another role at the site. */
  setOwnRole(role: 'site_user' | 'site_admin'): void {
    const own = this.fake.state.siteUsers.ofAccount(siteId, demo.administrator.id);
    if (own === undefined) throw new Error('our account is not at the site');
    own.role_codes = [role];
  }

  /** Platform ids, as Salto has them. */
  membersOf(groupId: string): string[] {
    return [...(this.fake.state.accessGroups.get(groupId)?.members ?? [])];
  }

  groupsOf(platformId: string): string[] {
    const groups = this.fake.state.accessGroups.ofSite(siteId);
    return groups.filter(({ members }) => members.has(platformId)).map(({ id }) => id);
  }

  putAdministratorInto(groupId: string): void {
    this.fake.state.accessGroups.get(groupId)?.setMember(demo.administrator.id, true, Date.now());
  }

  fillSeats(): void {
    this.site.user_amount = this.fake.state.siteUsers.seatsTaken(siteId);
  }

  addSeats(): void {
    this.site.user_amount = ENOUGH_SEATS;
  }

  /** Somebody deletes a group in Salto's dashboard, and later makes one in its place. */
  deleteGroup(groupId: string): void {
    const group = this.fake.state.accessGroups.get(groupId);
    if (group === undefined) throw new Error('no group');
    this.#deleted = group;
    this.fake.state.accessGroups.delete(groupId);
  }

  makeGroupAnew(): void {
    if (this.#deleted === undefined) return;
    this.#deleted.members.clear();
    this.fake.state.accessGroups.put(this.#deleted);
    this.#deleted = undefined;
  }

  arrivals(): Arrivals {
    return this.#budget.arrivals();
  }
}
