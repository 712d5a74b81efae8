import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { metrics, type Sample } from '../metrics/metrics.ts';
import type { TemporalWorkerOptions } from './temporal-worker.ts';

// Node finds no names in this CommonJS package; Jest would.
const { temporal } = proto;
const { TaskQueueType } = temporal.api.enums.v1;

/** The number to scale workers by: tasks that wait for one. */
export function registerBacklog(connection: NativeConnection, options: TemporalWorkerOptions): void {
  const kinds = options.workflowBundle ? (['workflow', 'activity'] as const) : (['activity'] as const);
  metrics.gauge(
    'temporal_task_queue_backlog',
    'Tasks that wait in the task queue for a worker',
    ['task_queue', 'kind'],
    () => Promise.all(kinds.map((kind) => sample(connection, options, kind))),
  );
}

async function sample(
  { workflowService }: NativeConnection,
  { config, taskQueue }: TemporalWorkerOptions,
  kind: 'workflow' | 'activity',
): Promise<Sample> {
  const { stats } = await workflowService.describeTaskQueue({
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: { name: taskQueue },
    taskQueueType:
      kind === 'workflow' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    reportStats: true,
  });
  return { labels: { task_queue: taskQueue, kind }, value: Number(stats?.approximateBacklogCount ?? 0) };
}
