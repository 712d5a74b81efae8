import {
  ACCESS_TASK_QUEUE,
  SALTO_TASK_QUEUE,
  type ApplyRequest,
  type ApplyResult,
  type DisconnectionRequest,
  type DoorActivities,
  type Failure,
  type GroupLook,
  type GroupOutcome,
  type LookRequest,
  type OwnershipRequest,
  type PlanRequest,
  type SiteActivities,
  type SiteCheckRequest,
  type SiteCheckVerdictRequest,
} from '@latchkey/access-workflows';
import { bundleWorkflows } from '@latchkey/access-workflows/bundle-workflows';
import { Outbox } from '@latchkey/service-kit';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { Leaving } from '../connections/leaving.ts';
import { Epochs } from '../epochs/epochs.ts';
import { GrantEvents } from '../grants/grant-events.ts';
import { Wakeups } from '../ledger/wakeups.ts';
import { Planner, type PlannerSettings } from '../planning/planner.ts';
import { SiteCheck } from '../site-checks/site-check.ts';
import type { AccessStage } from './access-stage.ts';

/** Doors that do as they are told at once, or fail as the test wants, and show who is in which group. */
export class ObedientDoors implements DoorActivities, SiteActivities {
  /** While it is set, every attempt fails so for good, and the workflow waits for the next one. */
  failure: Failure | undefined;
  /** Members that somebody else answers for now. */
  readonly left: OwnershipRequest[] = [];
  readonly #present = new Map<string, readonly string[]>();

  /** Somebody takes the member out of all groups, or puts it into these, by hand. */
  setByHand(memberId: string, groupIds: readonly string[]): void {
    this.#present.set(memberId, groupIds);
  }

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

  ownGroups(): Promise<string[]> {
    return Promise.resolve([...new Set([...this.#present.values()].flat())]);
  }

  lookAtGroup({ groupId, withLint }: LookRequest): Promise<GroupLook> {
    const members = [...this.#present].filter(([, groups]) => groups.includes(groupId));
    return Promise.resolve({
      groupId,
      readAt: Date.now(),
      exists: true,
      members: members.map(([memberId]) => ({
        memberId,
        isOurs: this.left.every((left) => left.memberId !== memberId),
        isQuarantined: false,
      })),
      foreignUserIds: [],
      lint: withLint ? ['group_without_locks'] : null,
    });
  }

  setOwnership(request: OwnershipRequest): Promise<void> {
    this.left.push(request);
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
  const siteCheck = new SiteCheck(stage.database, new Wakeups(() => undefined), { quietMs: 0 });
  const leaving = new Leaving(stage.database);
  const connection = await NativeConnection.connect({ address });
  const common = { connection, namespace, shutdownGraceTime: 1_000 };
  const workers = await Promise.all([
    run({
      ...common,
      taskQueue: ACCESS_TASK_QUEUE,
      workflowBundle: await bundleWorkflows(),
      activities: {
        planAccess: (request: PlanRequest) => planner.planAccess(request),
        planSiteCheck: (request: SiteCheckRequest) => siteCheck.planSiteCheck(request),
        judgeSiteCheck: (request: SiteCheckVerdictRequest) => siteCheck.judgeSiteCheck(request),
        countToRevoke: (request: DisconnectionRequest) => leaving.countToRevoke(request),
        leftOpenBy: (request: DisconnectionRequest) => leaving.leftOpenBy(request),
      },
    }),
    run({
      ...common,
      taskQueue: SALTO_TASK_QUEUE,
      activities: {
        applyAccess: (request: ApplyRequest) => doors.applyAccess(request),
        prepareMember: () => doors.prepareMember(),
        ownGroups: () => doors.ownGroups(),
        lookAtGroup: (request: LookRequest) => doors.lookAtGroup(request),
        setOwnership: (request: OwnershipRequest) => doors.setOwnership(request),
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
