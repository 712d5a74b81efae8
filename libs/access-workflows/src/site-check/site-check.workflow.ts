import {
  ActivityFailure,
  isCancellation,
  log,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
} from '@temporalio/workflow';
import { SALTO_TASK_QUEUE } from '../activities.ts';
import type {
  DecidedOwnership,
  GroupLook,
  PlannedLook,
  SiteActivities,
  SiteCheckActivities,
  SiteCheckPlan,
  SiteCheckRequest,
  SiteCheckVerdict,
} from './activities.ts';

const { planSiteCheck, judgeSiteCheck } = proxyLocalActivities<SiteCheckActivities>({
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 5 },
});

/** What does not come about within this time is the next check's. */
const { ownGroups, lookAtGroup, setOwnership } = proxyActivities<SiteActivities>({
  taskQueue: SALTO_TASK_QUEUE,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '4 minutes',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 3, maximumAttempts: 3 },
});

/**
 * Looks whether a site's groups hold whom they should. It decides and writes nothing at Salto itself: what differs
 * takes a new revision, and goes through the fence.
 */
export async function siteCheck(site: SiteCheckRequest): Promise<SiteCheckVerdict | null> {
  const plan = await planSiteCheck(site);
  if (plan.isPaused) return null;
  const owned = await takeOverDecisions(site, plan);
  const planned = await plannedLooks(site, plan);
  const looks = await lookAtGroups(site, planned);
  const unseen = planned.filter(({ groupId }) => looks.every((look) => look.groupId !== groupId));
  const verdict = await judgeSiteCheck({ ...site, looks, isWhole: unseen.length === 0, owned });
  setCurrentDetails(detailsOf(verdict, looks.length, unseen));
  return verdict;
}

async function takeOverDecisions(site: SiteCheckRequest, plan: SiteCheckPlan): Promise<DecidedOwnership[]> {
  const owned: DecidedOwnership[] = [];
  for (const decided of plan.owned) {
    const summary = `${decided.isOurs ? 'adopt' : 'leave'} member ${decided.memberId}`;
    const options = { priority: priorityOf(site), summary };
    if (await succeeds(setOwnership.executeWithOptions(options, [{ ...site, ...decided }]))) owned.push(decided);
  }
  return owned;
}

/** Groups that are in use, and those in which something is ours all the same. */
async function plannedLooks(site: SiteCheckRequest, plan: SiteCheckPlan): Promise<PlannedLook[]> {
  const own = await ownGroups.executeWithOptions({ priority: priorityOf(site) }, [site]);
  const inUse = new Set(plan.groups.map(({ groupId }) => groupId));
  const others = own.filter((groupId) => !inUse.has(groupId));
  return [...plan.groups, ...others.map((groupId) => ({ groupId, withLint: false }))];
}

/** One after the other: checks have the smallest share of the site's budget. */
async function lookAtGroups(site: SiteCheckRequest, planned: readonly PlannedLook[]): Promise<GroupLook[]> {
  const looks: GroupLook[] = [];
  for (const look of planned) {
    const options = { priority: priorityOf(site), summary: `group ${look.groupId}` };
    const seen = lookAtGroup.executeWithOptions(options, [{ ...site, ...look }]);
    if (await succeeds(seen)) looks.push(await seen);
  }
  return looks;
}

/** An activity that fails is left for the next check; a cancelled workflow ends. */
async function succeeds(activity: Promise<unknown>): Promise<boolean> {
  try {
    await activity;
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    log.warn('a part of the check is left for the next one', { error });
    return false;
  }
}

function priorityOf({ siteId }: SiteCheckRequest) {
  return { priorityKey: 4, fairnessKey: siteId.slice(0, 64) };
}

function detailsOf(verdict: SiteCheckVerdict, seen: number, unseen: readonly PlannedLook[]): string {
  const counts = Object.entries(verdict).map(([what, count]) => `- ${what}: ${count}`);
  const failed = unseen.map(({ groupId }) => `- ⚠ group \`${groupId}\` could not be looked at`);
  return [`${seen} groups looked at`, '', ...counts, ...failed].join('\n');
}
