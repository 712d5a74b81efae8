import type { Entitlement } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import { together } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { describeGrant } from '../planning/describe-grant.ts';
import { decisionTime } from '../planning/decide.ts';
import { knownPairs, pairsOf, readSubject } from '../planning/subject.ts';
import { attemptAgain } from './attempt-again.ts';
import { affectedByItem, affectedByItems, affectedByLocation, affectedByResource } from './affected.ts';
import { readWanted } from './facts.ts';
import { isSameEntitlement, type GrantRecord, type LedgerListener, type StoredGrant } from './grant-record.ts';
import { readGrants, saveGrants } from './grant-rows.ts';
import { readMoment } from './moment.ts';
import { workingSite } from './working-site.ts';
import { lockKnownPair, lockPairs, savePairs } from './pair-rows.ts';
import { isConfirmed, pairKey } from './pair-state.ts';
import { refreshLedger } from './refresh.ts';
import type { WakeupCause, Wakeups } from './wakeups.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What access groups are chosen for (S2.1). */
export interface SettingSubject {
  readonly kind: 'plan' | 'resource' | 'subscription_item';
  readonly id: string;
}

/**
 * Where changes of facts and settings come in. Each method belongs into the transaction of the change itself, after the
 * change was written: then no wake-up is lost, and no plan decides from half of it. Call them for duplicates and stale
 * events too.
 */
export class Ledger {
  readonly #wakeups: Wakeups;
  readonly #listener: LedgerListener;

  constructor(wakeups: Wakeups, listener: LedgerListener) {
    this.#wakeups = wakeups;
    this.#listener = listener;
  }

  /** A subscription or a booking was made, changed, cancelled or deleted: rewrites its rows, and wakes its workflow. */
  async entitlementChanged(em: EntityManager, entitlement: Entitlement, why: WakeupCause): Promise<void> {
    await this.entitlementsChanged(em, [entitlement], why);
  }

  /** One change that concerns several, as a switch of plans does: their pairs are locked together, in one order. */
  async entitlementsChanged(em: EntityManager, entitlements: readonly Entitlement[], why: WakeupCause): Promise<void> {
    await this.#refresh(em, entitlements);
    await this.#wakeups.write(em, entitlements, why);
  }

  /** People joined or left a company: what its subscriptions give to whom. */
  async companyChanged(em: EntityManager, companyId: string, why: WakeupCause): Promise<void> {
    const rows: { id: string }[] = await em.query('SELECT id FROM subscription WHERE company_id = $1', [companyId]);
    const subscriptions = rows.map(({ id }) => ({ kind: 'subscription', id }) as const);
    await this.entitlementsChanged(em, subscriptions, why);
  }

  /** A resource's groups, or those of a subscription's item, were chosen. A plan's concern future subscriptions alone. */
  async settingsChanged(em: EntityManager, subject: SettingSubject, why: WakeupCause): Promise<void> {
    if (subject.kind === 'plan') return;
    const affected = subject.kind === 'resource' ? affectedByResource : affectedByItem;
    await attemptAgain(em, affected('$1'), subject.id);
    await this.#wakeups.writeSelected(em, affected('$4'), why, [subject.id]);
  }

  /** Groups were chosen for many items of subscriptions at once. */
  async itemsChanged(em: EntityManager, itemIds: readonly string[], why: WakeupCause): Promise<void> {
    await attemptAgain(em, affectedByItems('$1'), itemIds);
    await this.#wakeups.writeSelected(em, affectedByItems('$4'), why, [itemIds]);
  }

  /** A location's zone or grace period. */
  async locationChanged(em: EntityManager, locationId: string, why: WakeupCause): Promise<void> {
    await this.#wakeups.writeSelected(em, affectedByLocation('$4'), why, [locationId]);
  }

  /**
   * A location was connected, reconnected or disconnected, or its connection broke or works again. Where it works, what
   * failed is attempted again at once, and everybody is woken at the pace of the site's budget.
   */
  async connectionChanged(em: EntityManager, locationId: string, why: WakeupCause): Promise<void> {
    const site = await workingSite(em, locationId);
    if (site === undefined) return this.#wakeups.writeSelected(em, affectedByLocation('$4'), why, [locationId]);
    await attemptAgain(em, affectedByLocation('$1'), locationId);
    await this.#wakeups.writePaced(em, affectedByLocation('$4'), why, { locationId, sharedBy: site.locations });
  }

  /**
   * Writes remarks for people on the rows of a pair, under its lock. They decide nothing, so nobody is woken.
   * @param since of rows that ended, only those that did after this, epoch ms
   * @param remark gets the rows and the database's time, epoch ms, and returns what is to be stored of them
   */
  async remark(
    em: EntityManager,
    pair: Pair,
    since: number,
    remark: (grants: readonly StoredGrant[], now: number) => Promise<readonly GrantRecord[]>,
  ): Promise<void> {
    const now = await lockKnownPair(em, pair);
    const grants = await readGrants(em, [pair], since);
    const changes = await saveGrants(em, grants, await remark(grants, now), now);
    if (changes.changed.length > 0) await this.#listener.ledgerChanged(em, changes, now);
  }

  /**
   * Somebody has cured what kept a member out: what is blocked, or has no answer yet, is tried again by a new revision,
   * for which the member's workflows look again.
   */
  async blockedTriedAgain(em: EntityManager, pair: Pair, why: WakeupCause): Promise<void> {
    const entitlements: Entitlement[] = await em.query(
      `SELECT DISTINCT entitlement_kind AS kind, entitlement_id AS id FROM grant_row
        WHERE site_id = $1 AND member_id = $2 AND phase IN ('open', 'revoking') ORDER BY kind, id`,
      [pair.siteId, pair.memberId],
    );
    const [first] = entitlements;
    if (first === undefined) return;
    const [known] = await lockPairs(em, [pair], first);
    if (known === undefined || (isConfirmed(known) && Object.keys(known.blocked).length === 0)) return;
    await savePairs(em, [{ ...known, forcedUrgency: 1, nextAttemptAt: null }]);
    await this.#wakeups.write(em, entitlements, why);
  }

  /** Under the locks of all pairs concerned, as a plan would; what they should have is left to the plan. */
  async #refresh(em: EntityManager, entitlements: readonly Entitlement[]): Promise<void> {
    const [first] = entitlements;
    const concerned: Pair[] = [];
    for (const entitlement of entitlements) {
      const [subject, known] = await together(readSubject(em, entitlement), knownPairs(em, entitlement));
      concerned.push(...pairsOf(subject), ...known);
    }
    if (first === undefined || concerned.length === 0) return;
    const pairs = await lockPairs(em, concerned, first);
    const { databaseNow, sites } = await readMoment(em, pairs, first);
    const byKey = new Map(pairs.map((pair) => [pairKey(pair), { pair, now: decisionTime(pair, databaseNow) }]));
    const grants = await readGrants(em, pairs, databaseNow - DAY_MS);
    const wanted = await readWanted(em, pairs, databaseNow - DAY_MS);
    const nowOf = (key: string) => byKey.get(key)?.now ?? databaseNow;
    const refreshed = refreshLedger({ grants, wanted, sites, nowOf, only: entitlements }).map((record) => {
      const of = byKey.get(pairKey(record));
      const isMeant = entitlements.some((entitlement) => isSameEntitlement(entitlement, record.entitlement));
      return of === undefined || !isMeant ? record : describeGrant(record, of.pair, of.now);
    });
    const changes = await saveGrants(em, grants, refreshed, databaseNow);
    if (changes.changed.length + changes.withdrawn.length > 0) {
      await this.#listener.ledgerChanged(em, changes, databaseNow);
    }
  }
}
