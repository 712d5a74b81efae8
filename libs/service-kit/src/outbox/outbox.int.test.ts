import { createTestDatabase, type TestDatabase } from '@latchkey/test-kit';
import { DataSource } from 'typeorm';
import { typeOrmOptions } from '../database/database.module.ts';
import { inTransaction } from '../database/transaction.ts';
import { noted } from '../kafka/testing/test-kafka.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { withTraceparent } from '../tracing/trace-context.ts';
import { createOutbox } from './outbox.migration.ts';
import { Outbox } from './outbox.ts';

let database: TestDatabase;
let db: DataSource;
let wakeUps = 0;
const outbox = new Outbox(() => (wakeUps += 1));
const change = { version: 1, occurredAt: Date.UTC(2026, 0, 1), data: { id: 'b1', note: 'hello' } };

beforeEach(async () => {
  database = await createTestDatabase('outbox');
  db = await new DataSource(typeOrmOptions({ url: database.url, entities: [] })).initialize();
  await db.query(createOutbox);
  wakeUps = 0;
});

afterEach(async () => {
  await db.destroy();
  await database.drop();
});

function rows(): Promise<Record<string, unknown>[]> {
  return db.query('SELECT * FROM outbox_message ORDER BY id');
}

test('an event is there when the change is committed, and wakes the relay once', async () => {
  await inTransaction(db, async (em) => {
    await outbox.append(em, noted, change);
    await outbox.append(em, noted, { ...change, version: 2 });
    expect(wakeUps).toBe(0);
  });
  expect((await rows()).map(({ version }) => version)).toEqual(['1', '2']);
  expect(wakeUps).toBe(1);
});

test('an event is not there when the change is rolled back, and wakes nobody', async () => {
  const rolledBack = inTransaction(db, async (em) => {
    await outbox.append(em, noted, change);
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  expect(await rows()).toEqual([]);
  expect(wakeUps).toBe(0);
});

test('outside a transaction nothing can be appended', async () => {
  await expect(outbox.append(db.manager, noted, change)).rejects.toThrow('outside a transaction');
});

test('data that breaks its schema never reaches the outbox', async () => {
  const broken = { ...change, data: { id: 'b1', note: 5 } } as unknown as typeof change;
  await expect(inTransaction(db, (em) => outbox.append(em, noted, broken))).rejects.toThrow(/note/);
  expect(await rows()).toEqual([]);
});

test('a second event of the same version is refused: somebody took it without the lock', async () => {
  await inTransaction(db, (em) => outbox.append(em, noted, change));
  await expect(inTransaction(db, (em) => outbox.append(em, noted, change))).rejects.toThrow('outbox_message_version');
});

test('a present state can be published again, any number of times, under its version and a new id', async () => {
  await inTransaction(db, (em) => outbox.append(em, noted, change));
  await inTransaction(db, (em) => outbox.republish(em, noted, change));
  await inTransaction(db, (em) => outbox.republish(em, noted, change));
  const all = await rows();
  expect(all.map(({ version }) => version)).toEqual(['1', '1', '1']);
  expect(new Set(all.map((row) => row['event_id'])).size).toBe(3);
});

test('the trace of the request goes with the event', async () => {
  await startTracing('test', undefined);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await withTraceparent(traceparent, 'request', () => inTransaction(db, (em) => outbox.append(em, noted, change)));
  expect((await rows())[0]?.['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
});
