import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { createTestNamespace, eventually, testStack, type TestNamespace } from '@latchkey/test-kit';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import { createService, type Service } from '../http/service.ts';
import { silentConfig } from '../testing/silent-config.ts';
import { currentTraceId } from '../tracing/trace-context.ts';
import { setUpNamespace } from './namespace.ts';
import { TemporalClientModule } from './temporal-client.module.ts';
import { TemporalWorkerModule } from './temporal-worker.module.ts';
import { TemporalWorker } from './temporal-worker.ts';

@Injectable()
class Doors {
  readonly began = Promise.withResolvers<void>();
  readonly mayEnd = Promise.withResolvers<void>();
  attempts = 0;

  async open(): Promise<string> {
    this.began.resolve();
    await this.mayEnd.promise;
    return 'open';
  }

  traceId(): Promise<string | undefined> {
    return Promise.resolve(currentTraceId());
  }

  refuse({ retry }: { retry: string }): Promise<void> {
    this.attempts += 1;
    const facts = { code: 'seat_limit_reached', retry, details: [['front-door']] };
    return Promise.reject(Object.assign(new Error('Salto KS answered 409'), facts));
  }
}

let testNamespace: TestNamespace;
let workflowBundle: { code: string };
let service: Service;
let address: string;
let doors: Doors;
let client: Client;

const configOf = (namespace: string, temporalAddress = testStack().temporalAddress) => ({
  TEMPORAL_ADDRESS: temporalAddress,
  TEMPORAL_NAMESPACE: namespace,
  TEMPORAL_TLS: false,
  TEMPORAL_API_KEY: undefined,
});

beforeAll(async () => {
  testNamespace = await createTestNamespace('service-kit');
  client = new Client({ connection: testNamespace.connection, namespace: testNamespace.namespace });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'testing', 'call.workflows.ts'),
    logger: new DefaultLogger('ERROR'),
  });
});
afterAll(async () => {
  await testNamespace.close();
  await Runtime.instance().shutdown();
});

function moduleOf(temporalAddress?: string) {
  @Module({ providers: [Doors], exports: [Doors] })
  class DoorsModule {}
  const config = configOf(testNamespace.namespace, temporalAddress);
  @Module({
    imports: [
      DoorsModule,
      TemporalClientModule.forRoot(config),
      TemporalWorkerModule.forRootAsync({
        imports: [DoorsModule],
        inject: [Doors],
        useFactory: (provider: Doors) => ({
          config,
          taskQueue: 'doors',
          workflowBundle,
          activities: {
            open: () => provider.open(),
            traceId: () => provider.traceId(),
            refuse: (input: { retry: string }) => provider.refuse(input),
          },
        }),
      }),
    ],
  })
  class WorkerModule {}
  return WorkerModule;
}

async function start(temporalAddress?: string): Promise<void> {
  service = await createService({ name: 'doors', module: moduleOf(temporalAddress), config: silentConfig });
  doors = service.app.get(Doors, { strict: false });
  address = await service.start();
}

async function readiness(): Promise<{ status: string; checks: Record<string, { ready: boolean; detail?: string }> }> {
  const answer = await fetch(`${address}/health/ready`);
  return (await answer.json()) as Awaited<ReturnType<typeof readiness>>;
}

const call = (activity: string, input: unknown) =>
  client.workflow.start('call', {
    taskQueue: 'doors',
    workflowId: `${activity}-${Math.random()}`,
    args: [activity, input],
  });

describe('a process with a worker', () => {
  beforeEach(() => start());
  afterEach(() => service.stop());

  test('is ready when its worker runs', async () => {
    await eventually(async () => (await readiness()).status === 'ready');
    expect((await readiness()).checks).toMatchObject({
      temporal: { ready: true },
      'temporal-worker': { ready: true, detail: 'RUNNING' },
    });
  });

  test('runs an activity in the trace that its input names', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const handle = await call('traceId', { traceparent });
    expect(await handle.result()).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  test.each([
    ['soon', 2],
    ['later', 1],
    ['never', 1],
  ])(
    'a failure to be retried %s is attempted %d times, and workflows get its code and details',
    async (retry, attempts) => {
      const handle = await call('refuse', { retry });
      await expect(handle.result()).rejects.toMatchObject({
        cause: { cause: { type: 'seat_limit_reached', message: 'Salto KS answered 409', details: [['front-door']] } },
      });
      expect(doors.attempts).toBe(attempts);
    },
  );

  test("serves the SDK's metrics and the backlog beside its own", async () => {
    await eventually(async () => (await readiness()).status === 'ready');
    await (await call('traceId', {})).result();
    await eventually(async () => {
      const metrics = await (await fetch(`${address}/metrics`)).text();
      expect(metrics).toContain('temporal_task_queue_backlog{task_queue="doors",kind="activity"} 0');
      expect(metrics).toMatch(/temporal_activity_execution_latency_seconds_bucket/);
    });
  });
});

test('a stop lets a running activity end, and then ends the worker', async () => {
  await start();
  const handle = await call('open', {});
  await doors.began.promise;
  const worker = service.app.get(TemporalWorker, { strict: false });
  const stopped = service.stop();
  await eventually(() => worker.state === 'DRAINING' || worker.state === 'STOPPING');
  doors.mayEnd.resolve();
  await stopped;
  expect(worker.state).toBe('STOPPED');
  const { events } = await handle.fetchHistory();
  expect(events!.some(({ activityTaskCompletedEventAttributes }) => activityTaskCompletedEventAttributes)).toBe(true);
  await handle.terminate();
});

test('a server that cannot be reached delays the start of nothing but the worker, which says so', async () => {
  await start('127.0.0.1:1');
  const { status, checks } = await readiness();
  expect(status).toBe('not_ready');
  expect(checks['temporal-worker']).toEqual({ ready: false, detail: 'CONNECTING' });
  await service.stop();
});

test('a worker that fails ends its process', async () => {
  const script = `
    import { TemporalWorker } from '${join(import.meta.dirname, 'temporal-worker.ts')}';
    const config = ${JSON.stringify(configOf('no-such-namespace'))};
    new TemporalWorker({ config, taskQueue: 'doors', activities: { nothing() {} } }).start();
    setInterval(() => {}, 1000);
  `;
  const args = ['--conditions=latchkey-source', '--input-type=module-typescript', '--eval', script];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([1, null]);
});

test('setting up a namespace a second time changes nothing', async () => {
  const connection = await Connection.connect({ address: testStack().temporalAddress });
  const namespace = `set-up-${Date.now()}`;
  const first = await setUpNamespace(connection, namespace);
  expect(first[0]).toBe(`Made the namespace ${namespace}; closed workflows are kept for 7 days.`);
  expect(await setUpNamespace(connection, namespace)).toEqual([
    `The namespace ${namespace} is there.`,
    'All search attributes are there.',
  ]);
  await connection.close();
});
