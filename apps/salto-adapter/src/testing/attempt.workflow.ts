import { SALTO_TASK_QUEUE, type ApplyRequest, type ApplyResult, type DoorActivities } from '@latchkey/access-workflows';
import { proxyActivities } from '@temporalio/workflow';

const doors = proxyActivities<DoorActivities>({
  taskQueue: SALTO_TASK_QUEUE,
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 1 },
});

/** One attempt as a workflow asks for it. */
export async function attempt(request: ApplyRequest): Promise<ApplyResult> {
  await doors.prepareMember(request);
  return doors.applyAccess(request);
}
