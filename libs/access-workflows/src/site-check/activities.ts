import type { Membership, ObservedMembership } from '@latchkey/access-domain';

/** What access-service does for the check of a site; local activities, since they only speak to its own database. */
export interface SiteCheckActivities {
  /** What is to be looked at now. */
  planSiteCheck(request: SiteCheckRequest): Promise<SiteCheckPlan>;
  /** Compares what was seen with what should be, records what differs, and sees to it. Repeating it is harmless. */
  judgeSiteCheck(request: SiteCheckVerdictRequest): Promise<SiteCheckVerdict>;
}

/** What the salto-adapter does for it. They write nothing to Salto; `setOwnership` writes to its database. */
export interface SiteActivities {
  /** The groups in which a membership is ours, or one of our writes once got no answer. */
  ownGroups(request: SiteCheckRequest): Promise<readonly string[]>;
  lookAtGroup(request: LookRequest): Promise<GroupLook>;
  /** Adopts a membership, or gives it up: then it is somebody else's, and never removed by us. */
  setOwnership(request: OwnershipRequest): Promise<void>;
}

export interface SiteCheckRequest {
  readonly version: 1;
  readonly siteId: string;
}

export interface SiteCheckPlan {
  readonly version: 1;
  /** The connection does not work: nothing can be looked at. */
  readonly isPaused: boolean;
  readonly groups: readonly PlannedLook[];
  /** What administrators have decided about memberships since. */
  readonly owned: readonly DecidedOwnership[];
}

export interface PlannedLook {
  readonly groupId: string;
  /** Whether its schedules and locks are to be looked at too: once an hour, or when it is new. */
  readonly withLint: boolean;
}

export interface LookRequest extends SiteCheckRequest, PlannedLook {}

export interface DecidedOwnership extends Membership {
  readonly isOurs: boolean;
}

export interface OwnershipRequest extends SiteCheckRequest, DecidedOwnership {}

/** What is wrong with a group as such. Codes of the taxonomy. */
export type GroupLintCode = 'group_without_schedule' | 'group_without_locks' | 'group_schedule_restrictive';

/** What one look at a group showed. */
export interface GroupLook {
  readonly groupId: string;
  /** When the read began, epoch ms of the adapter's database. */
  readonly readAt: number;
  /** A group that is gone holds nobody. */
  readonly exists: boolean;
  /** Those who are linked to a member of ours. */
  readonly members: readonly Omit<ObservedMembership, 'groupId'>[];
  /** Platform ids of everybody else, but for those who were left there on purpose. */
  readonly foreignUserIds: readonly string[];
  /** Null where it was not asked for. */
  readonly lint: readonly GroupLintCode[] | null;
}

export interface SiteCheckVerdictRequest extends SiteCheckRequest {
  readonly looks: readonly GroupLook[];
  /** Whether every planned group was looked at; runs that began before there was this do not tell. */
  readonly isWhole?: boolean;
  /** Decisions that the adapter has taken over. */
  readonly owned: readonly DecidedOwnership[];
}

/** For whoever looks at the workflow: how many of each. */
export interface SiteCheckVerdict {
  readonly memberships: number;
  readonly putBack: number;
  readonly removing: number;
  readonly held: number;
  readonly blocked: number;
  readonly reported: number;
}
