import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ApplyRequest } from '@latchkey/access-workflows';
import { bundleWorkflows } from '@latchkey/access-workflows/bundle-workflows';
import { demo } from '@latchkey/fake-salto-ks';
import type { Service } from '@latchkey/service-kit';
import { createTestNamespace, eventually } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createAdapterWorker } from './adapter.ts';
import { AdapterRig } from './testing/adapter-rig.ts';
import type { attempt } from './testing/attempt.workflow.ts';

const siteId = demo.paris.id;
const { roomA } = demo.paris.groups;
const workflowQueue = 'attempts';

let rig: AdapterRig;
let service: Service;
let address: string;
let client: Client;

beforeAll(async () => {
  const own = await createTestNamespace('adapter-worker');
  const { namespace, connection } = own;
  rig = await AdapterRig.create('adapter_worker', { TEMPORAL_NAMESPACE: namespace });
  rig.closes(() => own.close());
  client = new Client({ connection, namespace });
  service = await createAdapterWorker(rig.config);
  address = await service.start();
  rig.closes(() => service.stop());
  await rig.connect(service, siteId);
  const native = await NativeConnection.connect({ address: rig.config.TEMPORAL_ADDRESS });
  const workflowsPath = join(import.meta.dirname, 'testing', 'attempt.workflow.ts');
  const workflowBundle = await bundleWorkflows(workflowsPath);
  const worker = await Worker.create({ connection: native, namespace, taskQueue: workflowQueue, workflowBundle });
  const running = worker.run();
  rig.closes(
    () => native.close(),
    () => running,
    () => Promise.resolve(worker.shutdown()),
  );
}, 120_000);
afterAll(() => rig.close());
beforeEach(() => rig.fake.removeFaults());

function request(change: Partial<ApplyRequest> = {}): ApplyRequest {
  const memberId = randomUUID();
  rig.people.set(memberId, {});
  return {
    version: 1,
    siteId,
    memberId,
    revision: { epoch: 1, n: 1 },
    groups: [{ id: roomA, until: null }],
    removals: [],
    urgency: 1,
    entitlement: { kind: 'booking', id: randomUUID() },
    ...change,
  };
}

function run(input: ApplyRequest) {
  return client.workflow.start<typeof attempt>('attempt', {
    taskQueue: workflowQueue,
    workflowId: randomUUID(),
    args: [input],
  });
}

test('a workflow asks on the queue salto-ks, and the member is in the group', async () => {
  const input = request();
  expect(await (await run(input)).result()).toMatchObject({
    kind: 'confirmed',
    groups: [{ groupId: roomA, isOurs: true }],
  });
  const group = rig.fake.state.accessGroups.get(roomA);
  expect(group?.members.size).toBe(1);
});

test('the trace of the request goes through to Salto', async () => {
  rig.fake.calls.clear();
  const traceId = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
  await (await run(request({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` }))).result();
  const calls = rig.fake.calls.matching(({ path }) => path.startsWith('/v1.2/'));
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.every(({ traceparent }) => traceparent?.includes(traceId))).toBe(true);
});

test('a failure tells its code, the pause that Salto asks for and each group, and no history holds a name', async () => {
  const input = request();
  rig.fake.addFaults({
    method: 'POST',
    path: '/v1.2/**/access_groups/**',
    effect: { kind: 'rate_limit', retry_after_seconds: 1 },
  });
  const handle = await run(input);
  await expect(handle.result()).rejects.toThrow();
  const { events } = await handle.fetchHistory();
  const failure = events?.flatMap(({ activityTaskFailedEventAttributes: attributes }) => attributes?.failure ?? [])[0];
  expect(failure).toMatchObject({
    message: 'add to group: HTTP 429',
    applicationFailureInfo: { type: 'rate_limited', nonRetryable: false },
  });
  expect(Number(failure?.applicationFailureInfo?.nextRetryDelay?.nanos ?? 0)).toBeGreaterThan(0);
  const detail = Buffer.from(failure?.applicationFailureInfo?.details?.payloads?.[0]?.data ?? []).toString();
  expect(JSON.parse(detail)).toMatchObject([{ groupId: roomA, outcome: 'pending', failure: { code: 'rate_limited' } }]);
  const decoded = (_: string, data: string) => Buffer.from(data, 'base64').toString();
  const history = JSON.stringify(events).replaceAll(/"data":"([^"]+)"/g, decoded);
  expect(history).toContain(input.memberId);
  expect(history).not.toMatch(/Lovelace|members\.example|eyJhbGci/);
});

test('a member without an e-mail address is blocked, not retried', async () => {
  const input = request();
  rig.people.set(input.memberId, { email: '' });
  const handle = await run(input);
  await expect(handle.result()).rejects.toMatchObject({
    cause: { cause: { type: 'email_missing', nonRetryable: true } },
  });
});

test('a site without a connection is no burst of attempts', async () => {
  const handle = await run(request({ siteId: randomUUID() }));
  await expect(handle.result()).rejects.toMatchObject({
    cause: { cause: { type: 'connection_missing', nonRetryable: true } },
  });
});

test('the worker is ready while it runs', async () => {
  await eventually(async () => expect((await fetch(`${address}/health/ready`)).status).toBe(200));
});
