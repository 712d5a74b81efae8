import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { join } from 'node:path';
import type { BareActivities } from './bare.workflow.ts';

// A worker of the bare workflows, or of their doors, with the slots of the product's own; `bare-herd.ts` starts it.
// It tells its parent when it is ready, and, asked for them, the instants at which each workflow came to its door.

const [role, address = '', namespace = '', taskQueue = ''] = process.argv.slice(2);
const logger = new DefaultLogger('ERROR');
Runtime.install({ logger, telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } } });

const appliedAt = new Map<string, number>();
const activities: BareActivities = {
  plan: () => Promise.resolve(),
  prepare: () => Promise.resolve(),
  apply: (id) => {
    appliedAt.set(id, Date.now());
    return Promise.resolve();
  },
};

const workflowsPath = join(import.meta.dirname, 'bare.workflow.ts');
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  ...{ connection, namespace, taskQueue, activities },
  ...(role === 'workflows'
    ? {
        workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }),
        maxConcurrentLocalActivityExecutions: 10,
        maxCachedWorkflows: 1_000,
      }
    : { maxConcurrentActivityTaskExecutions: 50 }),
});

process.on('message', (asked) => {
  if (asked === 'instants') process.send?.([...appliedAt]);
  if (asked === 'stop') worker.shutdown();
});
const running = worker.run();
process.send?.('ready');
await running;
await connection.close();
process.disconnect?.();
