import { randomUUID } from 'node:crypto';
import { createTestDatabase, createTestNamespace } from '@latchkey/test-kit';
import { runMigrations } from '@latchkey/service-kit';
import { disconnectionWorkflowId } from '@latchkey/access-workflows';
import { Client } from '@temporalio/client';
import pg from 'pg';
import { migrations } from '../migrations/migrations.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { DisconnectionStarter } from './disconnection-starter.ts';
import { save } from './disconnection.repository.ts';

let pool: pg.Pool;
let client: Client;
let starter: DisconnectionStarter;
/** Of the workflow that Temporal does not start, as if it were refused there. */
let refusedId: string | undefined;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const database = await createTestDatabase('disconnection_starter');
  await runMigrations(database.url, migrations);
  pool = new pg.Pool({ connectionString: database.url });
  const own = await createTestNamespace('disconnection-starter');
  const refuse = <Input extends { readonly options: { readonly workflowId: string } }, Output>(
    input: Input,
    next: (input: Input) => Output,
  ): Output => {
    if (input.options.workflowId === refusedId) throw new Error('refused');
    return next(input);
  };
  client = new Client({
    connection: own.connection,
    namespace: own.namespace,
    interceptors: { workflow: [{ start: refuse, signalWithStart: refuse }] },
  });
  closers.push(
    () => database.drop(),
    () => pool.end(),
    () => own.close(),
  );
}, 60_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});
beforeEach(async () => {
  refusedId = undefined;
  starter = new DisconnectionStarter(client, poolQueries(pool));
  await pool.query('DELETE FROM disconnection');
});

/** @returns the id of its workflow */
async function wish(revokesFirst = false): Promise<string> {
  const location = { id: randomUUID(), locationId: randomUUID(), siteId: randomUUID() };
  const { id } = await save(poolQueries(pool), { ...location, revokesFirst, requestedBy: 'person:ada' });
  return disconnectionWorkflowId(id);
}

const state = async (workflowId: string) => (await client.workflow.getHandle(workflowId).describe()).status.name;

async function signals(workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length ?? 0;
}

test('a workflow that an operator terminated is started again', async () => {
  const workflowId = await wish();
  await starter.next();
  await client.workflow.getHandle(workflowId).terminate();
  expect(await state(workflowId)).toBe('TERMINATED');
  await starter.next();
  expect(await state(workflowId)).toBe('RUNNING');
});

test('one that cannot be started holds up no other', async () => {
  refusedId = await wish();
  const later = await wish();
  await starter.next();
  expect(await state(later)).toBe('RUNNING');
  // It keeps its turn.
  const refused = refusedId;
  refusedId = undefined;
  await starter.next();
  expect(await state(refused)).toBe('RUNNING');
});

test('that nobody waits any longer is told once, however often the loop looks', async () => {
  const workflowId = await wish(true);
  await starter.next();
  expect(await signals(workflowId)).toBe(0);
  await pool.query('UPDATE disconnection SET revokes_first = false');
  for (let round = 0; round < 5; round += 1) await starter.next();
  expect(await signals(workflowId)).toBe(1);
});
