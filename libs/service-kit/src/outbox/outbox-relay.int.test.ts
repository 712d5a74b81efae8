import { topics } from '@latchkey/contracts';
import { createTestDatabase, eventually, type TestDatabase } from '@latchkey/test-kit';
import { DataSource } from 'typeorm';
import { typeOrmOptions } from '../database/database.module.ts';
import { inTransaction } from '../database/transaction.ts';
import type { EventRecord } from '../kafka/cloud-events.ts';
import { EventSender } from '../kafka/event-sender.ts';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { noted, TestKafka } from '../kafka/testing/test-kafka.ts';
import { configureLogging } from '../logging/logger.ts';
import { metrics } from '../metrics/metrics.ts';
import type { RecordSender } from './outbox-publisher.ts';
import { OutboxRelay, type RelayOptions } from './outbox-relay.ts';
import { createOutbox } from './outbox.migration.ts';
import { Outbox } from './outbox.ts';

configureLogging({ service: 'test', level: 'silent', format: 'json' });

let database: TestDatabase;
let db: DataSource;
let kafka: TestKafka;
const outbox = new Outbox(() => undefined);
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  [database, kafka] = [await createTestDatabase('outbox'), new TestKafka('outbox')];
  db = await connect();
  await db.query(createOutbox);
  await kafka.apply(TestKafka.bookings(3, []));
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await kafka.close();
  await database.drop();
});

async function connect(): Promise<DataSource> {
  const connected = await new DataSource(typeOrmOptions({ url: database.url, entities: [] })).initialize();
  cleanUps.push(async () => {
    if (connected.isInitialized) await connected.destroy();
  });
  return connected;
}

function start(options: Partial<RelayOptions> = {}): OutboxRelay {
  const relay = new OutboxRelay({ db, sender: kafka.sender, source: 'urn:latchkey:test', ...options });
  cleanUps.push(() => relay.stop());
  relay.start();
  return relay;
}

function append(aggregateId: string, version: number, note = `version ${version}`): Promise<void> {
  return inTransaction(db, (em) =>
    outbox.append(em, noted, { version, occurredAt: 0, data: { id: aggregateId, note } }),
  );
}

/** `b1:2` for version 2 of b1, in the order of each partition. */
async function published(): Promise<string[]> {
  const records = await kafka.records(topics.bookings);
  return records.map(({ key, headers }) => `${key?.toString()}:${headers?.['ce_aggregateversion']?.toString()}`);
}

async function pending(): Promise<number> {
  const [row]: { count: string }[] = await db.query('SELECT count(*) FROM outbox_message WHERE published_at IS NULL');
  return Number(row?.count);
}

const allPublished = () => eventually(async () => (await pending()) === 0, { timeoutMs: 20_000 });

/** A sender that a test can hold, between the relay and the broker. */
class HeldSender implements RecordSender {
  readonly isReached = Promise.withResolvers<void>();
  readonly #gate = Promise.withResolvers<void>();

  letGo(): void {
    this.#gate.resolve();
  }

  failNow(): void {
    this.#gate.reject(new Error('the broker refused'));
  }

  async send(topic: string, records: EventRecord[]): Promise<void> {
    this.isReached.resolve();
    await this.#gate.promise;
    await kafka.sender.send(topic, records);
  }
}

test('two relays at once publish each event once, in order for each aggregate', async () => {
  start({ leaseMs: 2_000 });
  start({ leaseMs: 2_000, db: await connect() });
  const aggregates = ['b1', 'b2', 'b3', 'b4'];
  for (const version of [1, 2, 3, 4, 5]) await Promise.all(aggregates.map((id) => append(id, version)));
  await allPublished();
  const events = await published();
  for (const id of aggregates) {
    expect(events.filter((event) => event.startsWith(id))).toEqual(
      [1, 2, 3, 4, 5].map((version) => `${id}:${version}`),
    );
  }
  expect(events).toHaveLength(20);
});

test('when the leader dies the other leads as soon as the lease has run out', async () => {
  const leadersDb = await connect();
  start({ leaseMs: 1_500, db: leadersDb });
  await append('b1', 1);
  await allPublished();
  start({ leaseMs: 1_500 });
  // What is left of a killed process: no connection, and a lease that nobody renews.
  await leadersDb.destroy();
  await append('b1', 2);
  await allPublished();
  expect(await published()).toEqual(['b1:1', 'b1:2']);
});

test('a relay that stops hands over at once, although its lease is long', async () => {
  const first = start({ leaseMs: 60_000 });
  await append('b1', 1);
  await allPublished();
  await first.stop();
  start({ leaseMs: 1_000 });
  await append('b1', 2);
  await allPublished();
  expect(await published()).toEqual(['b1:1', 'b1:2']);
});

test('a leader that stalled in a send past its lease marks nothing over its successor', async () => {
  const held = new HeldSender();
  start({ leaseMs: 60_000, sender: held, db: await connect() });
  await append('b1', 1);
  await held.isReached.promise;
  await db.query(`UPDATE outbox_lease SET expires_at = '-infinity'`);
  start({ leaseMs: 1_000 });
  await allPublished();
  held.failNow();
  await append('b1', 2);
  await allPublished();
  const rows: unknown[] = await db.query('SELECT attempts, last_error FROM outbox_message');
  expect(rows).toEqual([
    { attempts: 0, last_error: null },
    { attempts: 0, last_error: null },
  ]);
  expect(await published()).toEqual(['b1:1', 'b1:2']);
});

test('a leader that dies between send and mark doubles the event and loses none', async () => {
  const leadersDb = await connect();
  const sentThenDead: RecordSender = {
    send: async (topic, records) => {
      await kafka.sender.send(topic, records);
      await leadersDb.destroy();
    },
  };
  start({ leaseMs: 1_000, sender: sentThenDead, db: leadersDb });
  await append('b1', 1);
  await eventually(async () => (await published()).length === 1);
  expect(await pending()).toBe(1);
  start({ leaseMs: 1_000 });
  await allPublished();
  const [first, second] = await kafka.records(topics.bookings);
  expect(second?.headers?.['ce_id']).toEqual(first?.headers?.['ce_id']);
});

test('a transaction that began earlier and commits later is published all the same', async () => {
  start();
  const gate = Promise.withResolvers<void>();
  const slow = inTransaction(db, async (em) => {
    await outbox.append(em, noted, { version: 1, occurredAt: 0, data: { id: 'slow', note: '' } });
    await gate.promise;
  });
  await append('quick', 1);
  await eventually(async () => (await published()).includes('quick:1'));
  gate.resolve();
  await slow;
  await allPublished();
  expect((await published()).toSorted()).toEqual(['quick:1', 'slow:1']);
});

test('an aggregate whose event the broker refuses waits, in order, while the others go on', async () => {
  await append('b1', 1);
  await append('big', 1);
  await append('big', 2, 'x'.repeat(300 * 1024));
  await append('big', 3);
  await append('b1', 2);
  start();
  await eventually(async () => (await pending()) === 2);
  await append('b2', 1);
  await eventually(async () => (await pending()) === 2);
  // What shared the refused batch may come twice.
  expect([...new Set(await published())].toSorted()).toEqual(['b1:1', 'b1:2', 'b2:1', 'big:1']);
  const [refused]: { version: string; attempts: number; last_error: string }[] = await db.query(
    'SELECT version, attempts, last_error FROM outbox_message WHERE last_error IS NOT NULL',
  );
  expect(refused?.version).toBe('2');
  expect(refused?.last_error).toMatch(/larger than the max/);
  await db.query(
    `UPDATE outbox_message SET data = data || '{"note": "short"}' WHERE version = 2 AND aggregate_id = 'big'`,
  );
  await allPublished();
  expect((await published()).filter((event) => event.startsWith('big'))).toEqual(['big:1', 'big:2', 'big:3']);
});

test('while no broker answers, nothing is blamed on an aggregate', async () => {
  const nowhere = new EventSender(new KafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'nobody' }));
  const failed = Promise.withResolvers<void>();
  const sender: RecordSender = {
    send: (topic, records) => nowhere.send(topic, records).finally(failed.resolve),
  };
  const relay = start({ sender });
  await append('b1', 1);
  await failed.promise;
  await relay.stop();
  expect(await db.query('SELECT attempts, published_at FROM outbox_message')).toEqual([
    { attempts: 0, published_at: null },
  ]);
  start();
  await allPublished();
});

test('events for a topic that is missing wait until it is made', async () => {
  await inTransaction(db, (em) =>
    outbox.append(em, { ...noted, topic: topics.grants }, { version: 1, occurredAt: 0, data: { id: 'g1', note: '' } }),
  );
  await append('b1', 1);
  start();
  await eventually(async () => (await published()).length === 1);
  expect(await pending()).toBe(1);
  await kafka.apply({ ...TestKafka.bookings(1, []), name: topics.grants });
  await allPublished();
  expect(await kafka.records(topics.grants)).toHaveLength(1);
});

test('a commit wakes the relay, which need not wait for its next look', async () => {
  const relay = start({ pollMs: 600_000 });
  const waking = new Outbox(() => relay.wake());
  await eventually(async () => (await db.query<unknown[]>('SELECT 1 FROM outbox_lease')).length === 1);
  await inTransaction(db, (em) =>
    waking.append(em, noted, { version: 1, occurredAt: 0, data: { id: 'b1', note: '' } }),
  );
  await allPublished();
});

test('what was published is forgotten after a while, and what was not is not', async () => {
  await append('b1', 1);
  const relay = start({ retentionMs: 0, sender: kafka.sender });
  await allPublished();
  await relay.stop();
  await append('b1', 2);
  const held = new HeldSender();
  cleanUps.push(() => Promise.resolve(held.letGo()));
  start({ retentionMs: 0, leaseMs: 1_000, sender: held });
  await held.isReached.promise;
  const left: { version: string }[] = await db.query('SELECT version FROM outbox_message ORDER BY id');
  expect(left.map(({ version }) => version)).toContain('2');
  held.letGo();
  await eventually(async () => (await db.query<unknown[]>('SELECT 1 FROM outbox_message')).length === 0);
});

test('an old event that waits takes readiness away, and the metrics tell', async () => {
  const relay = new OutboxRelay({ db, sender: kafka.sender, source: 'urn:latchkey:test' });
  expect(await relay.readiness()).toEqual({ ready: true });
  await append('b1', 1);
  expect(await relay.readiness()).toEqual({ ready: true });
  await db.query(`UPDATE outbox_message SET appended_at = now() - interval '2 minutes'`);
  expect(await relay.readiness()).toMatchObject({ ready: false });
  const scraped = await metrics.scrape();
  expect(scraped).toMatch(/^outbox_pending_messages 1$/m);
  expect(scraped).toMatch(/^outbox_oldest_pending_age_seconds 12\d/m);
});
