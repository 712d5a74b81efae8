import {
  ACCESS_TASK_QUEUE,
  SALTO_TASK_QUEUE,
  type ApplyRequest,
  type ApplyResult,
  type DoorActivities,
  type Failure,
  type GroupOutcome,
  type PlanRequest,
} from '@latchkey/access-workflows';
import { bundleWorkflows } from '@latchkey/access-workflows/bundle-workflows';
import { Outbox } from '@latchkey/service-kit';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { Epochs } from '../epochs/epochs.ts';
import { GrantEvents } from '../grants/grant-events.ts';
import { Planner, type PlannerSettings } from '../planning/planner.ts';
import type { AccessStage } from './access-stage.ts';

/** Doors that do as they are told at once, or fail as the test wants. */
export class ObedientDoors implements DoorActivities {
  /** While it is set, every attempt fails so for good, and the workflow waits for the next one. */
  failure: Failure | undefined;
  readonly #present = new Map<string, readonly string[]>();

  groupsOf(memberId: string): readonly string[] {
    return this.#present.get(memberId) ?? [];
  }

  applyAccess({ memberId, groups, removals }: ApplyRequest): Promise<ApplyResult> {
    if (this.failure !== undefined) {
      const { code, message } = this.failure;
      throw ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [[]] });
    }
    const added = groups.map(({ id }): GroupOutcome => ({ groupId: id, outcome: 'present', isOurs: true }));
    const removed = removals.map(({ id }): GroupOutcome => ({ groupId: id, outcome: 'absent', isOurs: false }));
    this.#present.set(
      memberId,
      groups.map(({ id }) => id),
    );
    return Promise.resolve({ kind: 'confirmed', groups: [...added, ...removed], verifiedAt: Date.now() });
  }

  prepareMember(): Promise<void> {
    return Promise.resolve();
  }
}

/** Runs the real workflows and the real planner for a stage, before doors that are played. */
export async function startWorkers(
  stage: AccessStage,
  settings: Partial<PlannerSettings> = {},
): Promise<{ doors: ObedientDoors; stop(): Promise<void> }> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = stage.config;
  const doors = new ObedientDoors();
  const events = new GrantEvents(new Outbox(() => undefined));
  const planner = new Planner(stage.database, new Epochs(), events, {
    requestsPerSecond: 0,
    mayRunAhead: false,
    ...settings,
  });
  const connection = await NativeConnection.connect({ address });
  const common = { connection, namespace, shutdownGraceTime: 1_000 };
  const workers = await Promise.all([
    run({
      ...common,
      taskQueue: ACCESS_TASK_QUEUE,
      workflowBundle: await bundleWorkflows(),
      activities: { planAccess: (request: PlanRequest) => planner.planAccess(request) },
    }),
    run({
      ...common,
      taskQueue: SALTO_TASK_QUEUE,
      activities: {
        applyAccess: (request: ApplyRequest) => doors.applyAccess(request),
        prepareMember: () => doors.prepareMember(),
      },
    }),
  ]);
  return {
    doors,
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await connection.close();
    },
  };
}

async function run(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const worker = await Worker.create(options);
  const ended = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await ended;
    },
  };
}
