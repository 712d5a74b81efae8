import type { Entitlement, Revision } from '@latchkey/access-domain';

/** The queue of the access-service's worker: workflows and `planAccess`. */
export const ACCESS_TASK_QUEUE = 'access';

/** The queue of the salto-adapter's worker, so that Salto's budget and outages stay in one place. */
export const SALTO_TASK_QUEUE = 'salto-ks';

/** What access-service does for a workflow; a local activity, since it only speaks to its own database. */
export interface PlanActivities {
  /**
   * Records what became of earlier revisions, then plans from the present state of the database what should be true
   * at `asOf` and when that next changes. Repeating it is harmless.
   */
  planAccess(request: PlanRequest): Promise<AccessPlan>;
}

/** What the salto-adapter does for a workflow. Both may be repeated at any time, by anybody. */
export interface DoorActivities {
  /**
   * Makes a member's groups at a site what this revision wants, unless a newer one has been seen.
   * Fails with an `ApplicationFailure` whose `type` is a code of the taxonomy and whose first detail is a
   * `GroupOutcome[]`; the retry policy's burst (three attempts within seconds) repeats it, then the workflow tells the
   * planner. What must wait longer than a burst is thrown non-retryable, with `nextRetryDelay`, lest nobody hear of it.
   */
  applyAccess(request: ApplyRequest): Promise<ApplyResult>;
  /** Links or creates the member's Salto user ahead of time, so that opening is one call. */
  prepareMember(request: PrepareRequest): Promise<void>;
}

export interface PlanRequest {
  readonly version: 1;
  readonly entitlement: Entitlement;
  /** The workflow's time, epoch ms. */
  readonly asOf: number;
  readonly outcomes: readonly RevisionOutcome[];
  /** An administrator asked: attempt now what waits for its next attempt. */
  readonly retryNow: boolean;
  readonly traceparent?: string;
}

/** A member at a site: the unit of revisions, locks and attempts. */
export interface Pair {
  readonly siteId: string;
  readonly memberId: string;
}

export type AccessPhase = 'scheduled' | 'granting' | 'active' | 'revoking' | 'ended';
export type GrantHealth = 'ok' | 'retrying' | 'needs_human';

export interface AccessPlan {
  readonly version: 1;
  readonly phase: AccessPhase;
  readonly health: GrantHealth;
  readonly locationId: string | null;
  readonly siteId: string | null;
  readonly companyId: string | null;
  readonly timeZone: string | null;
  /** The people concerned, at most 40 of them: a search attribute's value may take 2 KB. */
  readonly memberIds: readonly string[];
  /** The nominal window, epoch ms; `closesAt` is null where no end is known. */
  readonly window: { readonly opensAt: number; readonly closesAt: number | null } | null;
  /** Revisions that the adapter has not confirmed and that may be sent now: removals first, at most 25. */
  readonly due: readonly DueRevision[];
  /** More is due than this plan holds: plan again when these are answered. */
  readonly hasMoreDue: boolean;
  /** Whom to prepare, and from when on (epoch ms); nobody once access has opened. */
  readonly prepare: { readonly at: number; readonly members: readonly Pair[] } | null;
  /** When to look again without a signal, epoch ms; null: only a signal changes anything. */
  readonly wakeAt: number | null;
  /** Why then, for the timer's summary: "until access opens, 2026-03-29 11:30 Europe/Paris". */
  readonly wakeSummary: string;
  /** Nothing is open, and every revision of these members is confirmed: the workflow may end. */
  readonly isOver: boolean;
  /** For Temporal UI, in Markdown, ids only: who, which groups, what is wrong, tried next when. */
  readonly details: string;
}

export interface DueRevision extends Pair {
  readonly revision: Revision;
  readonly groups: readonly WantedGroup[];
  readonly removals: readonly Removal[];
  /** Groups that it is neither wanted in nor to be removed from: a disconnect left them open (S8). */
  readonly keeps?: readonly string[];
  readonly urgency: Urgency;
  /**
   * Decided by a database that was restored and has not compared its facts since: nothing is removed for it, and it is
   * answered `unverified` at the best, so that it is sent once more.
   */
  readonly isProvisional?: boolean;
  /** Somebody wants what was blocked to be tried again: a Salto user that was deleted may be replaced. */
  readonly isRetried?: boolean;
  /** The newest revision that the adapter confirmed. One that never saw it was restored from a backup. */
  readonly confirmed?: Revision;
  /** Groups in which the adapter confirmed the membership to be ours: a restored adapter goes by them. */
  readonly owned?: readonly string[];
}

/** 1 now (cancel, leave, stop, booking for now), 2 scheduled revokes, 3 scheduled grants, 4 checks. */
export type Urgency = 1 | 2 | 3 | 4;

export interface WantedGroup {
  readonly id: string;
  /** Epoch ms; null where no end is known. An add is not made after it. */
  readonly until: number | null;
}

export interface Removal {
  readonly id: string;
  /** The group that replaces it in the same entitlement: while adding that fails transiently, this one waits. */
  readonly waitsFor?: string;
  /** Until when it waits at the most, epoch ms. */
  readonly waitsUntil?: number;
}

export interface ApplyRequest extends DueRevision {
  readonly version: 1;
  readonly entitlement: Entitlement;
  readonly traceparent?: string;
}

export interface PrepareRequest extends Pair {
  readonly version: 1;
  readonly traceparent?: string;
}

export type ApplyResult =
  /** Every group is as wanted, or settled as blocked; read back where an answer was unknown. */
  | { readonly kind: 'confirmed'; readonly groups: readonly GroupOutcome[]; readonly verifiedAt: number }
  /** A newer revision has been seen; nothing was written. */
  | { readonly kind: 'superseded'; readonly highestSeen: Revision }
  /** An add was skipped since its `until` has passed: nothing is confirmed. */
  | { readonly kind: 'expired'; readonly groups: readonly GroupOutcome[] }
  /** An answer was unknown: send the same revision again at `verifyAt`, epoch ms, to have it verified. */
  | { readonly kind: 'unverified'; readonly groups: readonly GroupOutcome[]; readonly verifyAt: number };

export interface GroupOutcome {
  readonly groupId: string;
  readonly outcome: 'present' | 'absent' | 'blocked' | 'expired' | 'pending';
  /** Whether the membership is ours to remove; kept by access-service too, for a restored adapter to ask. */
  readonly isOurs: boolean;
  readonly failure?: Failure;
}

export interface Failure {
  /** A code of the taxonomy, e.g. `provider_unavailable`. */
  readonly code: string;
  readonly message: string;
  /** Epoch ms; from Salto's `Retry-After`. */
  readonly retryAt?: number;
}

/** What became of a revision, as the workflow tells the planner. */
export interface RevisionOutcome extends Pair {
  readonly revision: Revision;
  readonly at: number;
  readonly result:
    ApplyResult | { readonly kind: 'failed'; readonly failure: Failure; readonly groups: readonly GroupOutcome[] };
}
