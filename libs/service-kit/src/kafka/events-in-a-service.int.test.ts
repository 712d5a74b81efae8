import { topics } from '@latchkey/contracts';
import { createTestDatabase, eventually, testStack, type TestDatabase } from '@latchkey/test-kit';
import { Controller, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseModule } from '../database/database.module.ts';
import { inTransaction } from '../database/transaction.ts';
import { createService, type Service } from '../http/service.ts';
import { createOutbox } from '../outbox/outbox.migration.ts';
import { OutboxModule } from '../outbox/outbox.module.ts';
import { Outbox } from '../outbox/outbox.ts';
import { silentConfig } from '../testing/silent-config.ts';
import { currentTraceId, withTraceparent } from '../tracing/trace-context.ts';
import { createRedrivenDeadLetters } from './dead-letters.migration.ts';
import { DeadLetters } from './dead-letters.ts';
import { connectEvents } from './event-consumer.strategy.ts';
import { PermanentlyRejected } from './event-errors.ts';
import type { HandledAs, Received } from './event.ts';
import { KafkaModule } from './kafka.module.ts';
import { OnEvent } from './on-event.decorator.ts';
import { runDeadLetters } from './run-dead-letters.ts';
import { DEAD_LETTERS, GROUP, noted, recordOf, TestKafka } from './testing/test-kafka.ts';

const handled: { note: string; traceId: string | undefined }[] = [];
let refused = new Set<string>();
let isDatabaseAway = false;

@Controller()
class NotesConsumer {
  @OnEvent(noted)
  changed({ event }: Received<typeof noted>): Promise<HandledAs> {
    if (isDatabaseAway) return Promise.reject(new Error('the database is away'));
    if (refused.has(event.data.note)) throw new PermanentlyRejected('note_refused', 'not this one');
    handled.push({ note: event.data.note, traceId: currentTraceId() });
    return Promise.resolve();
  }
}

let kafka: TestKafka;
let database: TestDatabase;
let service: Service;

function build(): Promise<Service> {
  const { kafkaBrokers } = testStack();
  const topicPrefix = kafka.client.prefixed('');

  @Module({
    imports: [
      databaseModule({ url: database.url, entities: [] }),
      KafkaModule.forRoot({ brokers: kafkaBrokers, clientId: 'notes', topicPrefix, group: GROUP }),
      OutboxModule.forRoot({ source: 'urn:latchkey:notes', leaseMs: 2_000 }),
    ],
    controllers: [NotesConsumer],
  })
  class NotesModule {}

  return createService({ name: 'notes', module: NotesModule, config: silentConfig });
}

beforeEach(async () => {
  handled.length = 0;
  refused = new Set();
  isDatabaseAway = false;
  kafka = new TestKafka('service');
  database = await createTestDatabase('events');
  await kafka.apply(TestKafka.bookings(1));
  const db = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await db.query(createOutbox + createRedrivenDeadLetters);
  await db.destroy();
  service = await build();
  connectEvents(service.app);
});

afterEach(async () => {
  await service.stop();
  await kafka.close();
  await database.drop();
  process.exitCode = undefined;
});

async function append(id: string, note: string): Promise<void> {
  const outbox = service.app.get(Outbox, { strict: false });
  await inTransaction(service.app.get(DataSource, { strict: false }), (em) =>
    outbox.append(em, noted, { version: 1, occurredAt: Date.now(), data: { id, note } }),
  );
}

const notes = () => handled.map(({ note }) => note);

test('an event travels from a transaction to a handler, in one trace, and the service is ready', async () => {
  const address = await service.start();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await withTraceparent(traceparent, 'request', () => append('b1', 'hello'));
  await eventually(() => expect(handled).toEqual([{ note: 'hello', traceId: '0af7651916cd43dd8448eb211c80319c' }]));
  const ready = (await (await fetch(`${address}/health/ready`)).json()) as object;
  expect(ready).toMatchObject({ status: 'ready', checks: { consumer: { ready: true }, outbox: { ready: true } } });
});

test('a failing dependency of a handler is tried again, through all of Nest', async () => {
  isDatabaseAway = true;
  await service.start();
  await append('b1', 'hello');
  await eventually(async () => {
    const metrics = await (await fetch(`${await service.app.getUrl()}/metrics`)).text();
    expect(metrics).toMatch(/event_handled_total\{[^}]*outcome="retried"\} [2-9]/);
  });
  isDatabaseAway = false;
  await eventually(() => expect(notes()).toEqual(['hello']));
  expect(await kafka.records(DEAD_LETTERS)).toEqual([]);
});

test('a dead letter is redriven once, by its handler alone, and one that fails again stays', async () => {
  refused = new Set(['one', 'two']);
  await service.start();
  await append('b1', 'one');
  await append('b2', 'two');
  await eventually(async () => expect(await kafka.records(DEAD_LETTERS)).toHaveLength(2));
  await kafka.send({ ...recordOf('b3', 1), value: 'broken' });
  await eventually(async () => expect(await kafka.records(DEAD_LETTERS)).toHaveLength(3));
  const strategy = connectEvents(service.app);
  const letters = new DeadLetters({
    client: kafka.client,
    db: service.app.get(DataSource, { strict: false }),
    group: GROUP,
    dispatcher: strategy.dispatcher(),
  });
  const codes = async () => (await letters.list()).map(({ code }) => code);
  expect(await codes()).toEqual(['note_refused', 'note_refused', 'event_malformed']);

  refused = new Set(['two']);
  const results = await letters.redrive();
  expect(results.map(({ error }) => error?.message)).toEqual([undefined, 'not this one', 'the value is not JSON']);
  expect(notes()).toEqual(['one']);
  expect(await codes()).toEqual(['note_refused', 'event_malformed']);

  refused = new Set();
  await Promise.all([letters.redrive(), letters.redrive()]);
  expect(notes()).toEqual(['one', 'two']);
  expect(await kafka.records(topics.bookings)).toHaveLength(3);
});

test('the command redrives in a process of its own that reads nothing else, and says what stays', async () => {
  refused = new Set(['one']);
  await service.start();
  await append('b1', 'one');
  await append('b2', 'two');
  await eventually(async () => expect(await kafka.records(DEAD_LETTERS)).toHaveLength(1));
  await service.stop();
  await kafka.send(recordOf('b4', 1));

  await runDeadLetters(build, ['redrive']);
  expect(process.exitCode).toBe(1);
  refused = new Set();
  process.exitCode = undefined;
  let comparisons = 0;
  await runDeadLetters(build, ['redrive', '--topic', topics.bookings], () => Promise.resolve(void (comparisons += 1)));
  expect([process.exitCode, comparisons]).toEqual([undefined, 1]);
  expect(notes()).toEqual(['two', 'one']);
  await runDeadLetters(build, ['list']);
  await runDeadLetters(build, ['redrive', '--no-such-option']);
  expect(process.exitCode).toBe(2);
});
