import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import {
  SALTO_TASK_QUEUE,
  type ApplyRequest,
  type ApplyResult,
  type DoorActivities,
  type PrepareRequest,
} from '../activities.ts';
import { clipSummary } from '../clip-summary.ts';

const common: ActivityOptions = {
  taskQueue: SALTO_TASK_QUEUE,
  // An attempt that a newer revision or the workflow's cancellation has made pointless is not waited for: it changes
  // nothing that the fence does not order, and nobody listens to its answer.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
};

/** The burst: three attempts within seconds. What still fails is the planner's to schedule again. */
const { applyAccess } = proxyActivities<DoorActivities>({
  ...common,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 3, maximumAttempts: 3 },
});

/** A new Salto user takes up to a minute to be known everywhere. */
const { prepareMember } = proxyActivities<DoorActivities>({
  ...common,
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumAttempts: 3 },
});

/** Rejects with an `ActivityFailure` when the burst is over. */
export function sendRevision(request: ApplyRequest): Promise<ApplyResult> {
  const { memberId, siteId, revision, groups, removals, urgency } = request;
  const change = `+${groups.length} −${removals.length} groups, revision ${revision.epoch}.${revision.n}`;
  return applyAccess.executeWithOptions(
    { summary: clipSummary(`member ${memberId}: ${change}`), priority: priority(siteId, urgency) },
    [request],
  );
}

/** Rejects with an `ActivityFailure` when the burst is over. */
export function sendPreparation(request: PrepareRequest): Promise<void> {
  return prepareMember.executeWithOptions(
    { summary: clipSummary(`prepare member ${request.memberId}`), priority: priority(request.siteId, 4) },
    [request],
  );
}

/** One site's herd must not delay another's. The server refuses longer keys. */
function priority(siteId: string, urgency: number) {
  return { priorityKey: urgency, fairnessKey: siteId.slice(0, 64) };
}
