import { ApplicationFailure } from '@temporalio/common';
import type {
  DecidedOwnership,
  GroupLook,
  LookRequest,
  OwnershipRequest,
  SiteActivities,
  SiteCheckActivities,
  SiteCheckPlan,
  SiteCheckVerdict,
  SiteCheckVerdictRequest,
} from '../site-check/activities.ts';

/** The database, the adapter and Salto KS of the check of one site, in memory. */
export class FakeSite implements SiteCheckActivities, SiteActivities {
  plan: SiteCheckPlan = { version: 1, isPaused: false, groups: [{ groupId: 'front-door', withLint: true }], owned: [] };
  own: string[] = [];
  /** Groups that cannot be looked at, and decisions that cannot be taken over. */
  readonly failing = new Set<string>();
  readonly looked: LookRequest[] = [];
  beforeLook: () => Promise<void> = () => Promise.resolve();
  readonly judged: SiteCheckVerdictRequest[] = [];

  planSiteCheck(): Promise<SiteCheckPlan> {
    return Promise.resolve(this.plan);
  }

  judgeSiteCheck(request: SiteCheckVerdictRequest): Promise<SiteCheckVerdict> {
    this.judged.push(request);
    return Promise.resolve({ memberships: 1, putBack: 0, removing: 0, held: 0, blocked: 0, reported: 0 });
  }

  ownGroups(): Promise<string[]> {
    return Promise.resolve(this.own);
  }

  async lookAtGroup(request: LookRequest): Promise<GroupLook> {
    this.looked.push(request);
    await this.beforeLook();
    this.fail(request.groupId);
    const { groupId, withLint } = request;
    const members = [{ memberId: 'ada', isOurs: true, isQuarantined: false }];
    return { groupId, readAt: 1, exists: true, members, foreignUserIds: [], lint: withLint ? [] : null };
  }

  setOwnership({ groupId }: OwnershipRequest): Promise<void> {
    this.fail(groupId);
    return Promise.resolve();
  }

  private fail(groupId: string): void {
    if (this.failing.has(groupId))
      throw ApplicationFailure.nonRetryable('Salto KS answered 403', 'insufficient_permissions');
  }
}

export function decided(groupId: string, isOurs: boolean): DecidedOwnership {
  return { memberId: 'ada', groupId, isOurs };
}
