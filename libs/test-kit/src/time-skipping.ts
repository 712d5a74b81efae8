import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import proto, { type google, type temporal } from '@temporalio/proto';

// Node finds no names in this CommonJS package; Jest would.
const { FastForwardPollingResult } = proto.temporal.api.enums.v1;

/**
 * Lets a workflow's timers, and back-offs of its activities, pass at once until it ends. The server's clock for this
 * one workflow moves; activities still see the real one.
 */
export async function skipTime({ client, workflowId }: WorkflowHandle): Promise<void> {
  await setTimeSkipping({ client, workflowId }, { enabled: true });
}

/** Lets the given time pass for a workflow, at once, and returns when it has; or when the workflow has ended before. */
export async function skipTimeBy({ client, workflowId }: WorkflowHandle, durationMs: number): Promise<void> {
  const id = randomUUID();
  const duration = { seconds: Math.floor(durationMs / 1000), nanos: (durationMs % 1000) * 1e6 };
  await setTimeSkipping(
    { client, workflowId },
    { enabled: true, fastForwardConfig: { id, duration: duration as unknown as google.protobuf.IDuration } },
  );
  await untilReached({ client, workflowId }, id);
}

type Target = Pick<WorkflowHandle, 'client' | 'workflowId'>;

async function setTimeSkipping(
  { client, workflowId }: Target,
  timeSkippingConfig: temporal.api.common.v1.ITimeSkippingConfig,
): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    // The default stops a session after 100 skips, fewer than an hour of retries takes.
    workflowExecutionOptions: { timeSkippingConfig: { maxSessionSkipCount: 10_000, ...timeSkippingConfig } },
    updateMask: { paths: ['time_skipping_config'] },
  });
}

async function untilReached({ client, workflowId }: Target, fastForwardId: string): Promise<void> {
  const { namespace } = client.options;
  for (;;) {
    const { fastForwardPollingResult } = await client.workflowService.pollWorkflowExecutionTimeSkipping({
      namespace,
      workflowExecution: { workflowId },
      fastForwardId,
    });
    if (fastForwardPollingResult !== FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT) return;
  }
}
