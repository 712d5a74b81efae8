import type { Entitlement } from '@latchkey/access-domain';
import type { AccessPlan, DueRevision, PlanActivities, PlanRequest, RevisionOutcome } from '@latchkey/access-workflows';
import { inTransaction, logger, together } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import type { Epochs } from '../epochs/epochs.ts';
import { readWanted } from '../ledger/facts.ts';
import {
  isSameEntitlement,
  type GrantRecord,
  type LedgerChanges,
  type LedgerListener,
} from '../ledger/grant-record.ts';
import { readGrants, saveGrants } from '../ledger/grant-rows.ts';
import { readMoment } from '../ledger/moment.ts';
import { lockPairs, savePairs } from '../ledger/pair-rows.ts';
import { pairKey, type PairState } from '../ledger/pair-state.ts';
import { prepared } from '../ledger/prepared.ts';
import { accessPlan } from './access-plan.ts';
import { decide, decisionTime, type Decision, type Situation } from './decide.ts';
import { dueRevisions, isDue, provisional } from './due-revisions.ts';
import { readLeftOver, readOwnership, recordOwnership } from './ownership.ts';
import { ClockAhead } from './planning.errors.ts';
import { newestConfirmed, unknownRevision } from './record-outcome.ts';
import { knownPairs, pairsOf, readSubject, type Subject } from './subject.ts';
import { earliest, nextAttempt, nextEdge, paced } from './wake.ts';

export interface PlannerSettings {
  /** The site's budget by which wake-ups are paced; 0: no pacing. */
  readonly requestsPerSecond: number;
  /** For tests that skip time: the workflow's clock may be far ahead of the database's. */
  readonly mayRunAhead: boolean;
}

const log = logger('planner');
const CLOCK_TOLERANCE_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Decides what a member should have at a site, from the present state of the database alone. Repeating it is harmless:
 * see docs/adr/0004-ledger-and-fence.md for the protocol that each step belongs to.
 */
export class Planner implements PlanActivities {
  readonly #dataSource: DataSource;
  readonly #epochs: Epochs;
  readonly #listener: LedgerListener;
  readonly #settings: PlannerSettings;

  constructor(dataSource: DataSource, epochs: Epochs, listener: LedgerListener, settings: PlannerSettings) {
    this.#dataSource = dataSource;
    this.#epochs = epochs;
    this.#listener = listener;
    this.#settings = settings;
  }

  /**
   * @throws ClockAhead where `asOf` is far ahead of the database's clock; trying again later helps
   */
  async planAccess(request: PlanRequest): Promise<AccessPlan> {
    const plan = await inTransaction(this.#dataSource, (em) => this.#plan(em, request));
    for (const { siteId, memberId, revision, groups, removals } of plan.due) {
      log.info({ siteId, memberId, revision, groups, removals }, 'a revision is due');
    }
    return plan;
  }

  // Statements that need no other's answer are sent together, and run in the order given.
  async #plan(em: EntityManager, request: PlanRequest): Promise<AccessPlan> {
    const { entitlement, asOf, outcomes } = request;
    const [subject, known] = await together(readSubject(em, entitlement), knownPairs(em, entitlement));
    const pairs = await lockPairs(em, [...pairsOf(subject), ...known, ...outcomes], entitlement);
    // After the locks, so that no decision in between is missed.
    const since = asOf - DAY_MS;
    const [moment, grants, wanted] = await together(
      readMoment(em, pairs, entitlement),
      readGrants(em, pairs, since),
      readWanted(em, pairs, since),
    );
    const { databaseNow, sites } = moment;
    if (!this.#settings.mayRunAhead && asOf > databaseNow + CLOCK_TOLERANCE_MS) throw new ClockAhead(asOf, databaseNow);
    const epoch = await this.#epochFor(em, pairs, moment.epoch, outcomes);
    const isHealing = moment.isHealing || epoch > moment.epoch;
    const situation = { pairs, grants, wanted, sites, epoch, isHealing, now: Math.max(asOf, databaseNow) };
    const decision = decide(situation, request);
    const [changes] = await together(
      saveGrants(em, grants, decision.grants, situation.now),
      savePairs(em, decision.pairs),
      recordOwnership(em, newestConfirmed(pairs, outcomes)),
      markPlanned(em, entitlement, moment.changedNo),
    );
    const [plan] = await together(
      this.#planFrom(em, subject, situation, decision),
      this.#tell(em, changes, situation.now),
    );
    return plan;
  }

  async #epochFor(
    em: EntityManager,
    pairs: readonly PairState[],
    epoch: number,
    outcomes: readonly RevisionOutcome[],
  ): Promise<number> {
    for (const outcome of outcomes) {
      const pair = pairs.find((candidate) => pairKey(candidate) === pairKey(outcome));
      const unknown = pair === undefined ? null : unknownRevision(pair, outcome);
      if (unknown !== null && unknown.epoch >= epoch) return this.#epochs.beginAbove(em, unknown);
    }
    return epoch;
  }

  async #tell(em: EntityManager, changes: LedgerChanges, now: number): Promise<void> {
    if (changes.changed.length + changes.withdrawn.length > 0) await this.#listener.ledgerChanged(em, changes, now);
  }

  async #planFrom(
    em: EntityManager,
    subject: Subject,
    { sites, isHealing, now }: Situation,
    { pairs, grants }: Decision,
  ): Promise<AccessPlan> {
    const own = grants.filter((record) => isSameEntitlement(record.entitlement, subject.entitlement));
    const duePairs = pairs.filter((pair) => isDue(pair, sites, decisionTime(pair, now)));
    const [due, edge] = await together(
      this.#due(em, duePairs, grants, { isHealing, now }),
      paced(em, nextEdge(own, now), own, this.#settings.requestsPerSecond),
    );
    return accessPlan({
      subject,
      grants: own,
      pairs,
      sites,
      due,
      hasMoreDue: duePairs.length > due.length,
      wake: earliest([edge, nextAttempt(pairs, sites, now)]),
      now,
    });
  }

  async #due(
    em: EntityManager,
    pairs: readonly PairState[],
    grants: readonly GrantRecord[],
    { isHealing, now }: Pick<Situation, 'isHealing' | 'now'>,
  ): Promise<DueRevision[]> {
    if (pairs.length === 0) return [];
    const known = {
      grants: Map.groupBy(grants, pairKey),
      owned: await readOwnership(em, pairs),
      held: await readLeftOver(em, pairs, 'held'),
      leaving: await readLeftOver(em, pairs, 'removing'),
    };
    const due = dueRevisions(pairs, known, now);
    return isHealing ? due.map(provisional) : due;
  }
}

/** A change after `changedNo` was read has its own wakeup, and keeps the entitlement due for a plan. */
async function markPlanned(em: EntityManager, { kind, id }: Entitlement, changedNo: string | null): Promise<void> {
  if (changedNo === null) return;
  await prepared(
    em,
    'mark-planned',
    'UPDATE entitlement SET planned_no = $3 WHERE kind = $1 AND id = $2 AND planned_no < $3',
    [kind, id, changedNo],
  );
}
