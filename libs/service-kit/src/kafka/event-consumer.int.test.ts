import { topics, type EventDefinition } from '@latchkey/contracts';
import { eventually } from '@latchkey/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { configureLogging } from '../logging/logger.ts';
import { metrics } from '../metrics/metrics.ts';
import type { EventRecord } from './cloud-events.ts';
import { ConsumerLag } from './consumer-lag.ts';
import { EventConsumer, type EventConsumerOptions } from './event-consumer.ts';
import { EventDispatcher } from './event-dispatcher.ts';
import { PermanentlyRejected } from './event-errors.ts';
import type { EventContext, HandledAs, ReceivedEvent } from './event.ts';
import { KafkaClient } from './kafka-client.ts';
import { DEAD_LETTERS, GROUP, noted, recordOf, TestKafka } from './testing/test-kafka.ts';

configureLogging({ service: 'test', level: 'silent', format: 'json' });

type Handle = (event: ReceivedEvent, context: EventContext) => Promise<HandledAs>;

let kafka: TestKafka;
/** `b1:2` for version 2 of b1, in the order of handling. */
let handled: string[];
const running = new Set<EventConsumer>();

beforeEach(() => {
  kafka = new TestKafka('consumer');
  handled = [];
});

afterEach(async () => {
  await Promise.all([...running].map(stop));
  await kafka.close();
});

const note: Handle = (event) => Promise.resolve(void handled.push(`${event.aggregateId}:${event.version}`));

function start(handle: Handle = note, options: Partial<EventConsumerOptions> = {}): EventConsumer {
  const definition = noted as EventDefinition;
  const dispatcher = new EventDispatcher([{ definition, handle: ({ event, context }) => handle(event, context) }]);
  const onFatal = () => undefined;
  const consumer = new EventConsumer({ client: kafka.client, group: GROUP, dispatcher, onFatal, ...options });
  running.add(consumer);
  consumer.start();
  return consumer;
}

async function stop(consumer: EventConsumer): Promise<void> {
  running.delete(consumer);
  await consumer.stop();
}

const isReady = (consumer: EventConsumer) => consumer.readiness(Date.now()).ready;
const handledAre = (expected: string[]) => eventually(() => expect(handled).toEqual(expected), { timeoutMs: 20_000 });
const committedAre = (expected: number[]) =>
  eventually(async () => expect(await kafka.committed()).toEqual(expected), { timeoutMs: 20_000 });

function headersText(record: { headers?: EventRecord['headers'] | object } | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]));
}

test('malformed, unknown and poison events become dead letters as they were, and block nobody', async () => {
  await kafka.apply(TestKafka.bookings(1));
  const bytes = '{"id": not JSON \u0000';
  const malformed = { ...recordOf('b1', 2), value: bytes };
  const otherVersion = recordOf('b1', 3, { type: 'billing.booking.changed.v2' });
  const unknownType = recordOf('b1', 4, { type: 'billing.booking.archived.v1' });
  const poison = recordOf('poison', 1);
  await kafka.send(recordOf('b1', 1), malformed, otherVersion, unknownType, poison, recordOf('b1', 5));
  start((event, context) => {
    if (event.aggregateId === 'poison') throw new PermanentlyRejected('booking_impossible', 'ends before it starts');
    return note(event, context);
  });
  await handledAre(['b1:1', 'b1:5']);
  await committedAre([6]);
  const letters = await kafka.records(DEAD_LETTERS);
  expect(letters.map((letter) => headersText(letter)['dlq-error-code'])).toEqual([
    'event_malformed',
    'event_version_unknown',
    'booking_impossible',
  ]);
  const [first] = letters;
  expect(first?.value?.toString()).toBe(bytes);
  expect(first?.key?.toString()).toBe('b1');
  expect(headersText(first)).toMatchObject({
    ...malformed.headers,
    'dlq-original-topic': topics.bookings,
    'dlq-original-partition': '0',
    'dlq-original-offset': '1',
    'dlq-consumer-group': GROUP,
    'dlq-attempts': '1',
  });
});

test('what becomes of an event is counted by its outcome', async () => {
  await kafka.apply(TestKafka.bookings(1));
  await kafka.send(recordOf('b1', 1), recordOf('b1', 1), recordOf('b1', 2, { type: 'billing.booking.archived.v1' }));
  const group = 'salto-adapter';
  let calls = 0;
  start(() => Promise.resolve((calls += 1) === 2 ? ('duplicate' as const) : undefined), { group });
  await eventually(async () => {
    const scraped = await metrics.scrape();
    const count = (type: string, outcome: string) =>
      `event_handled_total{event_type="${type}",consumer="${group}",outcome="${outcome}"} 1`;
    expect(scraped).toContain(count(noted.type, 'processed'));
    expect(scraped).toContain(count(noted.type, 'duplicate'));
    expect(scraped).toContain(count('unknown', 'skipped'));
  });
});

test('while a dependency fails nothing is dead-lettered, other partitions go on, and then it continues in order', async () => {
  await kafka.apply(TestKafka.bookings(2));
  let isDown = true;
  const attempts: number[] = [];
  const consumer = start(
    (event, context) => {
      if (isDown && event.aggregateId === 'b1') {
        attempts.push(context.attempt);
        throw new Error('the database is away');
      }
      return note(event, context);
    },
    { blockedUnreadyMs: 1_000 },
  );
  await eventually(() => isReady(consumer));
  // b1 and b2 are on different partitions (murmur2).
  await kafka.send(recordOf('b1', 1), recordOf('b1', 2), recordOf('b2', 1));
  await handledAre(['b2:1']);
  await kafka.send(recordOf('b2', 2));
  await handledAre(['b2:1', 'b2:2']);
  await eventually(() => !isReady(consumer));
  expect(consumer.readiness(Date.now()).detail).toMatch(/in vain/);
  await eventually(() => expect(attempts.slice(0, 4)).toEqual([1, 2, 3, 4]));
  isDown = false;
  await handledAre(['b2:1', 'b2:2', 'b1:1', 'b1:2']);
  await eventually(() => isReady(consumer));
  expect(await kafka.records(DEAD_LETTERS)).toEqual([]);
});

test('a dependency that is down for longer than the session costs neither the group nor an event', async () => {
  await kafka.apply(TestKafka.bookings(1));
  let isDown = true;
  let failures = 0;
  const consumer = start(
    (event, context) => {
      if (!isDown) return note(event, context);
      failures += 1;
      throw new Error('Temporal is away');
    },
    { sessionTimeoutMs: 1_500, blockedUnreadyMs: 3_000 },
  );
  await kafka.send(recordOf('b1', 1), recordOf('b1', 2));
  await eventually(() => failures > 0 && !isReady(consumer), { timeoutMs: 15_000 });
  isDown = false;
  await handledAre(['b1:1', 'b1:2']);
  await committedAre([2]);
});

test('a handler that takes longer than the session keeps its partition', async () => {
  await kafka.apply(TestKafka.bookings(1));
  const gate = Promise.withResolvers<void>();
  const consumer = start(
    async (event, context) => {
      await gate.promise;
      return note(event, context);
    },
    { sessionTimeoutMs: 1_500, blockedUnreadyMs: 3_000 },
  );
  await kafka.send(recordOf('b1', 1));
  const groupId = kafka.client.prefixed(GROUP);
  const members = () =>
    kafka.withAdmin(async (admin) => (await admin.describeGroups([groupId])).groups[0]?.members.length);
  await eventually(async () => (await members()) === 1);
  await eventually(() => consumer.readiness(Date.now()).detail === 'a handler has run for 3 s');
  expect(await members()).toBe(1);
  gate.resolve();
  await handledAre(['b1:1']);
  await committedAre([1]);
});

test('an event whose dead letter cannot be written is not passed over', async () => {
  await kafka.apply(TestKafka.bookings(1, []));
  await kafka.send({ ...recordOf('b1', 1), value: 'broken' }, recordOf('b1', 2));
  const consumer = start(note, { blockedUnreadyMs: 100 });
  await eventually(() => consumer.readiness(Date.now()).detail?.includes('in vain') ?? false, { timeoutMs: 20_000 });
  expect(await kafka.committed()).toEqual([-1]);
  expect(handled).toEqual([]);
  await kafka.apply(TestKafka.bookings(1));
  await handledAre(['b1:2']);
  expect(await kafka.records(DEAD_LETTERS)).toHaveLength(1);
});

test('a second instance takes over partitions; each event is applied in order, and nothing is lost', async () => {
  await kafka.apply(TestKafka.bookings(4));
  const ids = Array.from({ length: 12 }, (_, index) => `b${index}`);
  const seen = [0, 0];
  const instance = (number: 0 | 1): Handle => {
    return async (event, context) => {
      seen[number] = (seen[number] ?? 0) + 1;
      await delay(5);
      return note(event, context);
    };
  };
  start(instance(0));
  let sent = 0;
  const sendNext = () => {
    sent += 1;
    return kafka.send(...ids.map((id) => recordOf(id, sent)));
  };
  await eventually(() => sendNext().then(() => handled.length > 20));
  start(instance(1));
  await eventually(() => sendNext().then(() => (seen[1] ?? 0) > 50), { timeoutMs: 30_000, intervalMs: 50 });
  await eventually(() => new Set(handled).size === ids.length * sent, { timeoutMs: 30_000 });
  for (const id of ids) {
    const order = handled.filter((event) => event.startsWith(`${id}:`)).map((event) => Number(event.split(':')[1]));
    // What was in hand at the rebalance may come twice, but what is applied by version never steps back.
    const applied = order.filter((one, index) => order.slice(0, index).every((before) => before < one));
    expect(applied).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
  }
  const total = async () => (await kafka.committed()).reduce((sum, offset) => sum + offset, 0);
  await eventually(async () => (await total()) === ids.length * sent);
});

test('stopped under load, a consumer commits what it handled: the next one repeats nothing and misses nothing', async () => {
  await kafka.apply(TestKafka.bookings(3));
  const ids = Array.from({ length: 30 }, (_, index) => `b${index}`);
  await kafka.send(...ids.flatMap((id) => [1, 2, 3, 4, 5].map((version) => recordOf(id, version))));
  const slowly: Handle = async (event, context) => {
    await delay(3);
    return note(event, context);
  };
  const first = start(slowly);
  await eventually(() => handled.length > 30);
  await stop(first);
  const byFirst = handled.length;
  expect(byFirst).toBeLessThan(150);
  const committed = (await kafka.committed()).map((offset) => Math.max(offset, 0));
  expect(committed.reduce((sum, offset) => sum + offset, 0)).toBe(byFirst);
  start(slowly);
  await eventually(() => handled.length >= 150, { timeoutMs: 20_000 });
  expect(new Set(handled).size).toBe(150);
  expect(handled).toHaveLength(150);
});

test('the lag is what the group has not committed, also while nobody reads', async () => {
  await kafka.apply(TestKafka.bookings(1));
  await kafka.send(recordOf('b1', 1), recordOf('b1', 2), recordOf('b1', 3));
  const lag = new ConsumerLag(kafka.client, GROUP, [topics.bookings]);
  lag.start();
  await eventually(async () =>
    expect(await metrics.scrape()).toContain(
      `kafka_consumergroup_lag{consumergroup="${GROUP}",topic="${topics.bookings}",partition="0"} 3`,
    ),
  );
  await lag.stop();
});

test('a consumer without a broker is unready and stops when told', async () => {
  const client = new KafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'nobody' });
  const consumer = start(note, { client });
  expect(isReady(consumer)).toBe(false);
  await stop(consumer);
});

test('topics that are not there yet keep the consumer unready, and are read once they are made', async () => {
  const consumer = start();
  await eventually(() => consumer.readiness(0).detail === 'consumer group: starting');
  await kafka.apply(TestKafka.bookings(1));
  await eventually(() => isReady(consumer), { timeoutMs: 20_000 });
  await kafka.send(recordOf('b1', 1));
  await handledAre(['b1:1']);
});

test('a group that can never be joined is fatal', async () => {
  await kafka.apply(TestKafka.bookings(1));
  const fatal = Promise.withResolvers<Error>();
  // Below the broker's minimum: the answer is INVALID_SESSION_TIMEOUT, which no retry changes.
  const consumer = start(note, { sessionTimeoutMs: 50, onFatal: fatal.resolve });
  expect((await fatal.promise).message).toMatch(/session timeout/i);
  expect(consumer.readiness(0)).toEqual({ ready: false, detail: 'consumer group: crashed' });
});
