import { defineSignal } from '@temporalio/workflow';
import { ACCESS_TASK_QUEUE } from '../activities.ts';
import * as keys from '../search-attributes.ts';
import type { DisconnectionInput } from './activities.ts';

/** Disconnect now, although not everything is revoked. */
export const waitNoLongerSignal = defineSignal('waitNoLonger');

/** Options of `client.workflow.start('disconnection', …)`: one that runs is left alone, one that was terminated begins anew. */
export function disconnectionOptions(input: DisconnectionInput) {
  return {
    workflowId: disconnectionWorkflowId(input.disconnectionId),
    taskQueue: ACCESS_TASK_QUEUE,
    args: [input] as [DisconnectionInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    typedSearchAttributes: [
      { key: keys.LocationId, value: input.locationId },
      { key: keys.SaltoSiteId, value: input.siteId },
    ],
    staticSummary: `Disconnect location ${input.locationId} from site ${input.siteId}`,
  };
}

export function disconnectionWorkflowId(disconnectionId: string): string {
  return `disconnection:${disconnectionId}`;
}
