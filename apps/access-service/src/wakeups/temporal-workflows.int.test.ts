import type { Entitlement } from '@latchkey/access-domain';
import { accessWorkflowId } from '@latchkey/access-workflows';
import { createTestNamespace, eventually, type TestNamespace } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { TemporalWorkflows } from './temporal-workflows.ts';

let own: TestNamespace;
let client: Client;
let workflows: TemporalWorkflows;

beforeAll(async () => {
  own = await createTestNamespace('temporal-workflows');
  client = new Client(own);
  workflows = new TemporalWorkflows(client);
});
afterAll(() => own.close());

async function listed(): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of workflows.running()) ids.push(id);
  return ids;
}

it('wakes a workflow whether one runs or not, and lists it while it runs', async () => {
  const entitlement: Entitlement = { kind: 'booking', id: randomUUID() };
  const id = accessWorkflowId(entitlement);
  await workflows.wake(entitlement, 'changed', { cause: 'booking made' });
  await workflows.wake(entitlement, 'cancelled', { cause: 'booking cancelled' });
  await eventually(async () => (await listed()).includes(id), { timeoutMs: 20_000 });
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  const signals = (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
  expect(signals).toEqual(['changed', 'cancelled']);

  await client.workflow.getHandle(id).terminate();
  await eventually(async () => !(await listed()).includes(id), { timeoutMs: 20_000 });
  await workflows.start(entitlement, { cause: 'no workflow was running' });
  await workflows.start(entitlement, { cause: 'no workflow was running' });
  expect((await client.workflow.getHandle(id).describe()).status.name).toBe('RUNNING');
});
