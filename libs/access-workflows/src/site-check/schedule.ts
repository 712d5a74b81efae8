import { ACCESS_TASK_QUEUE } from '../activities.ts';
import { SaltoSiteId } from '../search-attributes.ts';
import type { SiteCheckRequest } from './activities.ts';

const PREFIX = 'site-check:';

/** The schedule's id: one per site, however many locations are connected to it. */
export function siteCheckScheduleId(siteId: string): string {
  return `${PREFIX}${siteId}`;
}

/** Whose check a schedule is; undefined for a schedule of something else. */
export function siteOfSchedule(scheduleId: string): string | undefined {
  return scheduleId.startsWith(PREFIX) ? scheduleId.slice(PREFIX.length) : undefined;
}

/**
 * Options of `client.schedule.create`. A check that still runs is not overtaken, and one that was missed is not made up
 * for: the next one looks at the present anyhow.
 */
export function siteCheckSchedule(siteId: string, everyMs: number) {
  const input: SiteCheckRequest = { version: 1, siteId };
  return {
    scheduleId: siteCheckScheduleId(siteId),
    spec: { intervals: [{ every: everyMs }], jitter: Math.floor(everyMs / 10) },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'siteCheck',
      workflowId: siteCheckScheduleId(siteId),
      taskQueue: ACCESS_TASK_QUEUE,
      args: [input] as [SiteCheckRequest],
      staticSummary: `Site ${siteId}: is everybody where they should be?`,
      typedSearchAttributes: [{ key: SaltoSiteId, value: siteId }],
    },
    policies: { overlap: 'SKIP' as const, catchupWindow: everyMs },
  };
}
