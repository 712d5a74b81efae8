import type { ApplyRequest } from '@latchkey/access-workflows';
import type { WorkflowHandle } from '@temporalio/client';

/** What a workflow asked of the doors, and its own time then (epoch ms): with time skipped, no other clock knows it. */
export interface Asked extends ApplyRequest {
  readonly at: number;
}

/** Every `applyAccess` that a workflow's present run has scheduled, in order. */
export async function askedOfDoors(handle: WorkflowHandle): Promise<Asked[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ eventTime, activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled?.activityType?.name !== 'applyAccess') return [];
    const [input] = scheduled.input?.payloads ?? [];
    const request = JSON.parse(Buffer.from(input?.data ?? []).toString()) as ApplyRequest;
    return [{ ...request, at: Number(eventTime?.seconds) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1e6) }];
  });
}
