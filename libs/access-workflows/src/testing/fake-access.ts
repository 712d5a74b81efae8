import type { Entitlement, EntitlementKind } from '@latchkey/access-domain';
import type {
  AccessPhase,
  AccessPlan,
  ApplyRequest,
  ApplyResult,
  DoorActivities,
  DueRevision,
  PlanActivities,
  PlanRequest,
  PrepareRequest,
  RevisionOutcome,
  WantedGroup,
} from '../activities.ts';

/** A row of the ledger: who may open what, and when. */
export interface Grant {
  readonly memberId: string;
  readonly groupId: string;
  readonly opensAt: number;
  readonly closesAt: number | null;
}

interface PairState {
  n: number;
  desired: readonly WantedGroup[];
  held: readonly string[];
  isConfirmed: boolean;
  attempts: number;
  nextAttemptAt: number;
}

/** A window of a member that opens and closes so long from now; null: no end is known. */
export function grant(memberId: string, opensInMs: number, closesInMs: number | null): Grant {
  const now = Date.now();
  return {
    memberId,
    groupId: 'front-door',
    opensAt: now + opensInMs,
    closesAt: closesInMs === null ? null : now + closesInMs,
  };
}

export const minutes = (count: number) => count * 60_000;
export const hours = (count: number) => minutes(60 * count);
export const days = (count: number) => hours(24 * count);

/**
 * The database, the planner and Salto KS of one entitlement, in memory: windows become desired groups, each change of
 * them the next revision. Its clock is the workflow's.
 */
export class FakeAccess implements PlanActivities, DoorActivities {
  readonly entitlement: Entitlement;
  readonly siteId: string;
  grants: Grant[] = [];
  /** Who is in which groups at Salto KS. */
  readonly members = new Map<string, readonly string[]>();
  /** What reached Salto KS, with the workflow's time. */
  readonly writes: { readonly at: number; readonly memberId: string; readonly groups: readonly string[] }[] = [];
  readonly plans: PlanRequest[] = [];
  readonly applied: ApplyRequest[] = [];
  readonly prepared: { readonly at: number; readonly memberId: string }[] = [];
  preparesAheadMs = 0;
  /** Runs when a plan is made, before the workflow knows it. */
  beforeAnswer: (plan: AccessPlan) => Promise<void> = () => Promise.resolve();
  /** What the adapter does instead of succeeding; undefined: succeed. */
  onApply: (request: ApplyRequest) => Promise<ApplyResult | undefined> = () => Promise.resolve(undefined);
  onPrepare: (request: PrepareRequest) => Promise<void> = () => Promise.resolve();
  private readonly pairs = new Map<string, PairState>();
  private now = 0;

  constructor(kind: EntitlementKind, id: string) {
    this.entitlement = { kind, id };
    this.siteId = `site-of-${id}`;
  }

  async planAccess(request: PlanRequest): Promise<AccessPlan> {
    this.plans.push(request);
    this.now = Math.max(this.now, request.asOf);
    for (const outcome of request.outcomes) this.record(outcome);
    this.decide();
    const plan = this.plan(request.retryNow);
    await this.beforeAnswer(plan);
    return plan;
  }

  async applyAccess(request: ApplyRequest): Promise<ApplyResult> {
    this.applied.push(request);
    const instead = await this.onApply(request);
    if (instead) return instead;
    const groups = request.groups.map(({ id }) => id);
    this.members.set(request.memberId, groups);
    this.writes.push({ at: this.now, memberId: request.memberId, groups });
    return { kind: 'confirmed', groups: [], verifiedAt: this.now };
  }

  async prepareMember(request: PrepareRequest): Promise<void> {
    this.prepared.push({ at: this.now, memberId: request.memberId });
    await this.onPrepare(request);
  }

  private record({ memberId, revision, result }: RevisionOutcome): void {
    const pair = this.pairs.get(memberId);
    if (!pair || (pair.n !== revision.n && result.kind !== 'superseded')) return;
    switch (result.kind) {
      case 'confirmed':
        Object.assign(pair, { isConfirmed: true, held: pair.desired.map(({ id }) => id), attempts: 0 });
        return;
      case 'superseded':
        pair.n = Math.max(pair.n, result.highestSeen.n + 1);
        return;
      case 'unverified':
        pair.nextAttemptAt = result.verifyAt;
        return;
      case 'expired':
        pair.nextAttemptAt = this.now + 1_000;
        return;
      case 'failed':
        pair.attempts += 1;
        pair.nextAttemptAt = result.failure.retryAt ?? this.now + Math.min(minutes(4 ** pair.attempts), minutes(30));
    }
  }

  private decide(): void {
    const memberIds = new Set([...this.grants.map(({ memberId }) => memberId), ...this.pairs.keys()]);
    for (const memberId of memberIds) {
      const desired = this.grants
        .filter((grant) => grant.memberId === memberId && this.isOpen(grant))
        .map(({ groupId, closesAt }) => ({ id: groupId, until: closesAt }));
      const pair = this.pairs.get(memberId) ?? newPair();
      this.pairs.set(memberId, pair);
      if (JSON.stringify(desired) === JSON.stringify(pair.desired)) continue;
      const held = [...new Set([...pair.held, ...pair.desired.map(({ id }) => id)])];
      Object.assign(pair, { n: pair.n + 1, desired, held, isConfirmed: false, attempts: 0, nextAttemptAt: 0 });
    }
  }

  private isOpen({ opensAt, closesAt }: Grant): boolean {
    return opensAt <= this.now && (closesAt === null || this.now < closesAt);
  }

  private plan(retryNow: boolean): AccessPlan {
    const unconfirmed = [...this.pairs].filter(([, pair]) => !pair.isConfirmed);
    const due = unconfirmed.filter(([, { nextAttemptAt }]) => retryNow || nextAttemptAt <= this.now);
    const isRetrying = unconfirmed.some(([, { attempts }]) => attempts > 0);
    const opensAt = Math.min(...this.grants.map((grant) => grant.opensAt));
    const closesAt = Math.max(...this.grants.map((grant) => grant.closesAt ?? Infinity));
    const phase = this.phase(unconfirmed.map(([, pair]) => pair));
    const removalsFirst = due.map(([memberId, pair]) => this.revision(memberId, pair)).sort(byRemovals);
    return {
      version: 1,
      phase,
      health: isRetrying ? 'retrying' : 'ok',
      locationId: 'paris',
      siteId: this.siteId,
      companyId: null,
      timeZone: 'Europe/Paris',
      memberIds: [...this.pairs.keys()],
      window: this.grants.length > 0 ? { opensAt, closesAt: closesAt === Infinity ? null : closesAt } : null,
      due: removalsFirst.slice(0, 25),
      hasMoreDue: due.length > 25,
      prepare: phase === 'scheduled' && this.preparesAheadMs > 0 ? this.preparation(opensAt) : null,
      wakeAt: this.wakeAt(),
      wakeSummary: `until ${phase === 'scheduled' ? 'access opens' : 'it changes'}`,
      isOver: phase === 'ended',
      details: `**${phase}**`,
    };
  }

  private phase(unconfirmed: readonly PairState[]): AccessPhase {
    if (unconfirmed.some(({ desired }) => desired.length > 0)) return 'granting';
    if (unconfirmed.some(({ held }) => held.length > 0)) return 'revoking';
    if ([...this.pairs.values()].some(({ desired }) => desired.length > 0)) return 'active';
    return this.grants.some(({ opensAt }) => opensAt > this.now) ? 'scheduled' : 'ended';
  }

  private preparation(opensAt: number): AccessPlan['prepare'] {
    const members = this.grants.map(({ memberId }) => ({ siteId: this.siteId, memberId }));
    return { at: opensAt - this.preparesAheadMs, members };
  }

  private wakeAt(): number | null {
    const edges = this.grants.flatMap(({ opensAt, closesAt }) => [opensAt, closesAt ?? Infinity]);
    const attempts = [...this.pairs.values()].filter((pair) => !pair.isConfirmed).map((pair) => pair.nextAttemptAt);
    const next = Math.min(...[...edges, ...attempts].filter((instant) => instant > this.now));
    return next === Infinity ? null : next;
  }

  private revision(memberId: string, { n, desired, held }: PairState): DueRevision {
    const wanted = new Set(desired.map(({ id }) => id));
    const removals = held.filter((id) => !wanted.has(id)).map((id) => ({ id }));
    return { siteId: this.siteId, memberId, revision: { epoch: 1, n }, groups: desired, removals, urgency: 3 };
  }
}

function newPair(): PairState {
  return { n: 0, desired: [], held: [], isConfirmed: true, attempts: 0, nextAttemptAt: 0 };
}

function byRemovals(a: DueRevision, b: DueRevision): number {
  return b.removals.length - a.removals.length;
}
