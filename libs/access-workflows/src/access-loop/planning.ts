import { proxyLocalActivities } from '@temporalio/workflow';
import type { PlanActivities } from '../activities.ts';

/**
 * Planning is repeated until it succeeds: a database that is down never fails a workflow. The first retries (7 s) stay
 * within the workflow task; after that each is a timer, since a task kept open adds events to the history every few
 * seconds. An hour without a database so costs some 400 events of 51,200.
 */
export const { planAccess } = proxyLocalActivities<PlanActivities>({
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 3, maximumInterval: '1 minute' },
  summary: 'plan what should be true now',
});
