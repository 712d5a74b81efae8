import type { Entitlement } from '@latchkey/access-domain';
import type { AccessPlan, DueRevision, GroupOutcome, PlanRequest, RevisionOutcome } from '@latchkey/access-workflows';
import { configureLogging, inTransaction, runMigrations, typeOrmOptions } from '@latchkey/service-kit';
import { createTestDatabase } from '@latchkey/test-kit';
import { DataSource, type EntityManager } from 'typeorm';
import { Epochs } from '../epochs/epochs.ts';
import { LedgerListener } from '../ledger/grant-record.ts';
import { Ledger } from '../ledger/ledger.ts';
import { Wakeups, type WakeupCause } from '../ledger/wakeups.ts';
import { migrations } from '../migrations/index.ts';
import { Planner, type PlannerSettings } from '../planning/planner.ts';

class NobodyListens extends LedgerListener {
  override ledgerChanged(): Promise<void> {
    return Promise.resolve();
  }
}

const changed: WakeupCause = { signal: 'changed', cause: 'a test changed it' };

/** The access-service's heart on a database of its own: what a test needs to change facts and plan. */
export class World {
  readonly dataSource: DataSource;
  readonly epochs = new Epochs();
  readonly ledger: Ledger;
  readonly planner: Planner;
  readonly #drop: () => Promise<void>;

  private constructor(dataSource: DataSource, settings: Partial<PlannerSettings>, drop: () => Promise<void>) {
    this.dataSource = dataSource;
    this.ledger = new Ledger(new Wakeups(() => undefined, settings.requestsPerSecond), new NobodyListens());
    this.planner = new Planner(dataSource, this.epochs, new NobodyListens(), {
      requestsPerSecond: 0,
      mayRunAhead: true,
      ...settings,
    });
    this.#drop = drop;
  }

  static async create(name: string, settings: Partial<PlannerSettings> = {}): Promise<World> {
    configureLogging({ service: 'access-service', level: 'silent', format: 'json' });
    const database = await createTestDatabase(name);
    await runMigrations(database.url, migrations);
    const dataSource = new DataSource(typeOrmOptions({ url: database.url, entities: [] }));
    await dataSource.initialize();
    return new World(dataSource, settings, async () => {
      await dataSource.destroy();
      await database.drop();
    });
  }

  close(): Promise<void> {
    return this.#drop();
  }

  /** One change of facts and its effect on the ledger, as a consumer does it. */
  async change(entitlement: Entitlement, write: (em: EntityManager) => Promise<unknown>, why = changed): Promise<void> {
    await inTransaction(this.dataSource, async (em) => {
      await write(em);
      await this.ledger.entitlementChanged(em, entitlement, why);
    });
  }

  plan(entitlement: Entitlement, request: Partial<PlanRequest> = {}): Promise<AccessPlan> {
    const whole = { version: 1, entitlement, asOf: Date.now(), outcomes: [], retryNow: false } as const;
    return this.planner.planAccess({ ...whole, ...request });
  }

  /** Plans, answers each due revision with `confirmed`, and plans again, until nothing is due. */
  async settle(entitlement: Entitlement, asOf = Date.now()): Promise<AccessPlan> {
    let plan = await this.plan(entitlement, { asOf });
    while (plan.due.length > 0) {
      plan = await this.plan(entitlement, { asOf, outcomes: plan.due.map((due) => confirmed(due, asOf)) });
    }
    return plan;
  }

  async statuses(entitlement: Entitlement): Promise<string[]> {
    const rows: { status: string }[] = await this.dataSource.query(
      'SELECT status FROM grant_row WHERE entitlement_id = $1 ORDER BY member_id, group_id',
      [entitlement.id],
    );
    return rows.map(({ status }) => status);
  }
}

/** The adapter did all of it. */
export function confirmed(due: DueRevision, at: number, blocked: readonly string[] = []): RevisionOutcome {
  const { siteId, memberId, revision } = due;
  const added = due.groups.map(({ id }): GroupOutcome =>
    blocked.includes(id)
      ? { groupId: id, outcome: 'blocked', isOurs: false, failure: { code: 'group_missing', message: '404' } }
      : { groupId: id, outcome: 'present', isOurs: true },
  );
  const removed = due.removals.map(({ id }): GroupOutcome => ({ groupId: id, outcome: 'absent', isOurs: false }));
  return {
    siteId,
    memberId,
    revision,
    at,
    result: { kind: 'confirmed', groups: [...added, ...removed], verifiedAt: at },
  };
}

/** The adapter tried in vain. */
export function failed(due: DueRevision, at: number, code = 'provider_unavailable', retryAt?: number): RevisionOutcome {
  const { siteId, memberId, revision } = due;
  return {
    siteId,
    memberId,
    revision,
    at,
    result: { kind: 'failed', failure: { code, message: '503', retryAt }, groups: [] },
  };
}
