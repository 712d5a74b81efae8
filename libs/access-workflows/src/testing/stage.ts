import { randomUUID } from 'node:crypto';
import type { EntitlementKind } from '@latchkey/access-domain';
import { createTestNamespace, testStack } from '@latchkey/test-kit';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import {
  ACCESS_TASK_QUEUE,
  SALTO_TASK_QUEUE,
  type ApplyRequest,
  type PlanRequest,
  type PrepareRequest,
} from '../activities.ts';
import { bundleWorkflows } from '../bundling/bundle-workflows.ts';
import type {
  LookRequest,
  OwnershipRequest,
  SiteCheckRequest,
  SiteCheckVerdictRequest,
} from '../site-check/activities.ts';
import type { DisconnectionInput, DisconnectionRequest, ReadBackRequest } from '../disconnection/activities.ts';
import type { disconnection } from '../disconnection/disconnection.workflow.ts';
import { disconnectionOptions } from '../disconnection/messages.ts';
import type { siteCheck } from '../site-check/site-check.workflow.ts';
import { accessWorkflowType, wakeUpOptions } from '../start-options.ts';
import { FakeAccess, type Grant } from './fake-access.ts';
import { FakeLeaving } from './fake-leaving.ts';
import { FakeSite } from './fake-site.ts';

export interface Play {
  readonly access: FakeAccess;
  readonly handle: WorkflowHandle;
  /** Writes the new rows and wakes the workflow, as the relay does; starts it when it does not run. */
  readonly change: (grants: readonly Grant[], signal?: 'changed' | 'cancelled') => Promise<void>;
}

export interface SitePlay {
  readonly site: FakeSite;
  readonly check: () => Promise<WorkflowHandle<typeof siteCheck>>;
}

export interface LeavingPlay {
  readonly leaving: FakeLeaving;
  readonly disconnect: (
    wish?: Pick<DisconnectionInput, 'revokesFirst'>,
  ) => Promise<WorkflowHandle<typeof disconnection>>;
}

export interface Stage {
  readonly client: Client;
  /** An entitlement with these rows, whose workflow does not run yet: `change` starts it. */
  play(kind: EntitlementKind): Play;
  /** A site, and a way to check it. */
  site(): SitePlay;
  /** A location that is to be disconnected, and a way to do it. */
  leaving(): LeavingPlay;
  /** Stops the workers of the workflows, and starts others that know nothing. */
  restartWorker(): Promise<void>;
  close(): Promise<void>;
}

/** Real workflows on a real server with real workers; only the planner and the doors are played. */
export async function openStage({ maxCachedWorkflows = 100 } = {}): Promise<Stage> {
  // Answers to a workflow that has ended, which these stories cause, are warnings.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
  const testNamespace = await createTestNamespace('workflows');
  const { namespace, connection } = testNamespace;
  const native = await NativeConnection.connect({ address: testStack().temporalAddress });
  const workflowBundle = await bundleWorkflows();
  const client = new Client({ connection, namespace });
  const plays = new Map<string, FakeAccess>();
  const sites = new Map<string, FakeSite>();
  const leavings = new Map<string, FakeLeaving>();
  const common = { connection: native, namespace, shutdownGraceTime: 1_000 };
  const startAccess = () =>
    run({
      ...common,
      taskQueue: ACCESS_TASK_QUEUE,
      workflowBundle,
      maxCachedWorkflows,
      activities: {
        planAccess: (request: PlanRequest) => found(plays, request.entitlement.id).planAccess(request),
        planSiteCheck: ({ siteId }: SiteCheckRequest) => found(sites, siteId).planSiteCheck(),
        judgeSiteCheck: (request: SiteCheckVerdictRequest) => found(sites, request.siteId).judgeSiteCheck(request),
        countToRevoke: ({ locationId }: DisconnectionRequest) => found(leavings, locationId).countToRevoke(),
        leftOpenBy: ({ locationId }: DisconnectionRequest) => found(leavings, locationId).leftOpenBy(),
      },
    });
  let accessWorker = await startAccess();
  const doorWorker = await run({
    ...common,
    taskQueue: SALTO_TASK_QUEUE,
    activities: {
      applyAccess: (request: ApplyRequest) => found(plays, request.entitlement.id).applyAccess(request),
      prepareMember: (request: PrepareRequest) => found(plays, request.siteId).prepareMember(request),
      ownGroups: ({ siteId }: SiteCheckRequest) => found(sites, siteId).ownGroups(),
      lookAtGroup: (request: LookRequest) => found(sites, request.siteId).lookAtGroup(request),
      setOwnership: (request: OwnershipRequest) => found(sites, request.siteId).setOwnership(request),
      endConnection: ({ locationId }: DisconnectionRequest) => found(leavings, locationId).endConnection(),
      readLeftOpen: (request: ReadBackRequest) => found(leavings, request.locationId).readLeftOpen(request),
      eraseTokens: ({ locationId }: DisconnectionRequest) => found(leavings, locationId).eraseTokens(),
      hurrySeats: ({ locationId }: DisconnectionRequest) => found(leavings, locationId).hurrySeats(),
      countHurried: ({ locationId }: DisconnectionRequest) => found(leavings, locationId).countHurried(),
    },
  });
  return {
    client,
    play: (kind) => {
      const access = new FakeAccess(kind, randomUUID());
      plays.set(access.entitlement.id, access).set(access.siteId, access);
      return playOf(client, access);
    },
    site: () => {
      const [site, siteId] = [new FakeSite(), `site-${randomUUID()}`];
      sites.set(siteId, site);
      const options = { workflowId: `site-check:${siteId}`, taskQueue: ACCESS_TASK_QUEUE };
      const args: [SiteCheckRequest] = [{ version: 1, siteId }];
      return { site, check: () => client.workflow.start<typeof siteCheck>('siteCheck', { ...options, args }) };
    },
    leaving: () => {
      const [leaving, locationId] = [new FakeLeaving(), randomUUID()];
      leavings.set(locationId, leaving);
      const location = { version: 1, disconnectionId: randomUUID(), locationId, siteId: randomUUID() } as const;
      const disconnect: LeavingPlay['disconnect'] = ({ revokesFirst } = { revokesFirst: false }) =>
        client.workflow.start<typeof disconnection>(
          'disconnection',
          disconnectionOptions({ ...location, revokesFirst }),
        );
      return { leaving, disconnect };
    },
    restartWorker: async () => {
      await accessWorker.stop();
      accessWorker = await startAccess();
    },
    close: async () => {
      await Promise.all([accessWorker.stop(), doorWorker.stop()]);
      await native.close();
      await testNamespace.close();
    },
  };
}

function playOf(client: Client, access: FakeAccess): Play {
  const { entitlement, siteId } = access;
  return {
    access,
    handle: client.workflow.getHandle(`${entitlement.kind}-access:${entitlement.id}`),
    change: async (grants, signal = 'changed') => {
      access.grants = [...grants];
      const facts = { cause: { cause: `test ${signal}` }, locationId: 'paris', siteId };
      await client.workflow.signalWithStart(
        accessWorkflowType[entitlement.kind],
        wakeUpOptions(entitlement, signal, facts),
      );
    },
  };
}

async function run(options: Parameters<typeof Worker.create>[0]): Promise<{ stop(): Promise<void> }> {
  const worker = await Worker.create(options);
  const ended = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await ended;
    },
  };
}

function found<Fake>(plays: ReadonlyMap<string, Fake>, key: string): Fake {
  const fake = plays.get(key);
  if (!fake) throw new Error(`No play has ${key}.`);
  return fake;
}
