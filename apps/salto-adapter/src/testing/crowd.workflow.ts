import { SALTO_TASK_QUEUE, type ApplyRequest, type ApplyResult, type DoorActivities } from '@latchkey/access-workflows';
import { ActivityFailure, ApplicationFailure, proxyActivities, sleep } from '@temporalio/workflow';

const { applyAccess } = proxyActivities<DoorActivities>({
  taskQueue: SALTO_TASK_QUEUE,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 3, maximumAttempts: 3 },
});

/** Changes that are all due now, each sent as access workflows send it. */
export async function applyAll(requests: readonly ApplyRequest[]): Promise<void> {
  await Promise.all(requests.map(applyUntilDone));
}

/** Changes that somebody makes one after the other. */
export async function applyOneByOne(requests: readonly ApplyRequest[], everyMs: number): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (const request of requests) {
    sent.push(applyUntilDone(request));
    await sleep(everyMs);
  }
  await Promise.all(sent);
}

/** Again and again when a burst has failed, until it is confirmed. */
async function applyUntilDone(request: ApplyRequest): Promise<ApplyResult> {
  for (;;) {
    try {
      const priority = { priorityKey: request.urgency, fairnessKey: request.siteId };
      return await applyAccess.executeWithOptions({ priority }, [request]);
    } catch (error) {
      await sleep(delayMs(error));
    }
  }
}

function delayMs(error: unknown): number {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const delay = cause instanceof ApplicationFailure ? cause.failure?.applicationFailureInfo?.nextRetryDelay : undefined;
  return Math.max(5_000, Number(delay?.seconds ?? 0) * 1_000);
}
