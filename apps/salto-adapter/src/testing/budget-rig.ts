import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Urgency } from '@latchkey/access-workflows';
import { demo, type Call } from '@latchkey/fake-salto-ks';
import { isDatabaseUnavailable, Outbox, typeOrmOptions } from '@latchkey/service-kit';
import { DataSource } from 'typeorm';
import { Agent } from 'undici';
import type { Asker } from '../access/sites.ts';
import { AttemptError } from '../access/failures.ts';
import { ConnectionRepository } from '../connections/connection.repository.ts';
import type { Connections } from '../connections/connections.ts';
import { connectionsOf, identityOf } from '../connections/connections.module.ts';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { AdapterRig } from './adapter-rig.ts';
import { mostAtOnce, mostWithin } from './budget-simulation.ts';

export interface BudgetRigOptions {
  readonly perSecond?: number;
  readonly atOnce?: number;
  readonly callTimeoutMs?: number;
}

/** What was sent to Salto KS. */
export interface Arrivals {
  /** As it counted them. */
  readonly calls: readonly Call[];
  /**
   * The most within any second, when they left: on its way one may overtake another, the more so as this process is both
   * sender and Salto, and stands still now and then.
   */
  readonly mostInASecond: number;
  readonly mostAtOnce: number;
}

/** A connection, and as many replicas of the adapter as a test wants, each with a pool of its own. */
export class BudgetRig {
  readonly adapter: AdapterRig;
  readonly siteId = demo.paris.id;
  readonly #options: BudgetRigOptions;
  #isClosed = false;
  /** `performance.now()` of each request. */
  #sentAt: number[] = [];

  private constructor(adapter: AdapterRig, options: BudgetRigOptions) {
    this.adapter = adapter;
    this.#options = options;
  }

  static async create(name: string, options: BudgetRigOptions = {}): Promise<BudgetRig> {
    const rig = new BudgetRig(await AdapterRig.create(name), options);
    const first = await rig.#open(rig.adapter.config.DATABASE_URL, options);
    await rig.adapter.connectBy(first, rig.siteId);
    // So that no test has to wait for tokens.
    await (await first[0].of(rig.siteId, 1)).site();
    await rig.forget();
    return rig;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.adapter.close();
  }

  /** Another process of the adapter. */
  async replica(databaseUrl = this.adapter.config.DATABASE_URL, options = this.#options): Promise<Connections> {
    return (await this.#open(databaseUrl, options))[0];
  }

  async #open(databaseUrl: string, options: BudgetRigOptions): Promise<[Connections, DataSource]> {
    const dataSource = await new DataSource(typeOrmOptions({ url: databaseUrl, entities: [] })).initialize();
    const agent = new Agent().compose((dispatch) => (request, handler) => {
      if (request.path.startsWith('/v1.2/')) this.#sentAt.push(performance.now());
      return dispatch(request, handler);
    });
    this.adapter.closes(
      () => agent.destroy(),
      () => dataSource.destroy(),
    );
    const { perSecond = 8, atOnce = 5, callTimeoutMs = 6_000 } = options;
    const config = {
      ...this.adapter.config,
      SALTO_REQUESTS_PER_SECOND: perSecond,
      SALTO_REQUESTS_AT_ONCE: atOnce,
      SALTO_CALL_TIMEOUT_MS: callTimeoutMs,
    };
    const rows = new ConnectionRepository(queriesOf(dataSource), new Sealer(config.ENCRYPTION_KEYS));
    const outbox = new Outbox(() => undefined);
    return [connectionsOf(config, [dataSource, outbox, rows, identityOf(config, agent), agent]), dataSource];
  }

  /** As if nothing had been sent and nobody waited. */
  async forget(): Promise<void> {
    await this.adapter.pool.query('TRUNCATE budget, budget_line');
    this.adapter.fake.removeFaults();
    this.adapter.fake.calls.clear();
    this.#sentAt = [];
  }

  /** One call, made by an attempt of its own that comes back when it is told to, as Temporal would have it. */
  async call(
    replica: Connections,
    urgency: Urgency,
    asker: Partial<Asker> = {},
    beforeRemoval = () => Promise.resolve(),
  ): Promise<void> {
    const { memberId = randomUUID(), isRevoke = false } = asker;
    for (;;) {
      const comesAt = await comesAgainAt(async () => {
        const site = await replica.of(this.siteId, urgency, { memberId, isRevoke });
        await (isRevoke
          ? site.removeFromGroup(demo.paris.groups.roomA, demo.administrator.id, beforeRemoval)
          : site.roles());
      });
      if (comesAt === undefined || this.#isClosed) return;
      await delay(Math.max(0, comesAt - Date.now()));
    }
  }

  arrivals(): Arrivals {
    const calls = this.adapter.fake.calls.matching(({ path }) => path.startsWith('/v1.2/'));
    const spans = calls.map(({ at, duration_ms: ms }) => ({ at: Date.parse(at), endsAt: Date.parse(at) + (ms ?? 0) }));
    return { calls, mostInASecond: mostWithin(1_000, this.#sentAt), mostAtOnce: mostAtOnce(spans) };
  }
}

/** When a failed call is to be repeated, epoch ms; undefined when it was done. */
async function comesAgainAt(call: () => Promise<unknown>): Promise<number | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof AttemptError || (error instanceof SaltoKsError && error.retry === 'soon')) {
      return error.retryAt ?? Date.now() + 1_000;
    }
    if (isDatabaseUnavailable(error)) return Date.now() + 200;
    throw error;
  }
}
