import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BookingBody, type PersonBody, topics } from '@latchkey/contracts';
import { KafkaClient } from '@latchkey/service-kit';
import { ApiClient, bodyOf } from '@latchkey/test-kit';
import { Client, Connection } from '@temporalio/client';
import { becomes, HOUR_MS, Lab, SECOND_MS, untilAt } from './harness/lab.ts';
import { scrape } from './harness/metrics.ts';
import { RunningSystem } from './harness/running-system.ts';

let running: RunningSystem;
let lab: Lab;
let ana: PersonBody;
let connection: Connection;
let temporal: Client;

beforeAll(async () => {
  running = await RunningSystem.start({ name: 'operations', env: { SWEEP_EVERY_MS: '2000' } });
  lab = new Lab(running);
  ana = await lab.person('Ana');
  const { address, namespace } = running.system.endpoints.temporal;
  connection = await Connection.connect({ address });
  temporal = new Client({ connection, namespace });
});

afterAll(async () => {
  await connection?.close();
  await running?.stop();
});

async function deskOfAGroup() {
  const [groupId] = await lab.salto.makeGroups(1);
  return { groupId: groupId!, desk: await lab.resource(groupId!) };
}

test.each(['terminate', 'cancel'] as const)(
  'to %s a workflow in Temporal UI decides nothing about access',
  async (verb) => {
    const { groupId, desk } = await deskOfAGroup();
    const endsAt = Date.now() + 12 * SECOND_MS;
    const booking = await lab.book(desk, ana, untilAt(endsAt));
    await lab.becomesAll('active', booking.id);

    const handle = temporal.workflow.getHandle(`booking-access:${booking.id}`);
    const { runId } = await handle.describe();
    await handle[verb]();
    await becomes(async () => {
      const now = await handle.describe();
      expect(now.runId).not.toBe(runId);
      expect(now.status.name).toBe('RUNNING');
    });
    expect(await lab.salto.changes(groupId)).toEqual({ adds: 1, removals: 0 });

    await becomes(() => Date.now() > endsAt);
    await lab.becomesAll('ended', booking.id);
    await lab.holds(groupId, []);
    expect(await lab.salto.changes(groupId)).toEqual({ adds: 1, removals: 1 });
  },
);

test("one trace id leads from the API call through Kafka and the services' logs to Salto's answer", async () => {
  const { desk } = await deskOfAGroup();
  const url = running.system.endpoints.services['billing-gateway']!;
  const api = new ApiClient(url, await running.system.token('operator'));
  const body = { resourceId: desk.id, ownerId: ana.id, ...untilAt(Date.now() + HOUR_MS) };
  const answer = await api.post<BookingBody>('/v1/bookings', body);
  const booking = bodyOf(answer);
  const traceId = answer.headers.get('traceparent')!.split('-')[1]!;
  await lab.becomesAll('active', booking.id);

  const [record] = await recordsOf(booking.id);
  expect(record?.['traceparent']).toContain(traceId);
  const calls = await lab.salto.callsOf(traceId);
  expect(calls.map(({ method, path, status }) => `${method} ${path.split('/').at(-1)} ${status}`)).toContain(
    'POST users 200',
  );
  for (const name of ['billing-gateway', 'access-service', 'access-service-worker', 'salto-adapter-worker']) {
    expect({ name, lines: linesOf(name, traceId) }).not.toEqual({ name, lines: [] });
  }
});

/** The headers of the records about an aggregate, oldest first. */
async function recordsOf(id: string): Promise<Record<string, string>[]> {
  const client = new KafkaClient({ brokers: running.system.endpoints.kafka.brokers, clientId: 'system-tests' });
  const consumer = client.consumer({ groupId: 'system-tests' });
  const found: Record<string, string>[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topics.bookings], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { key, headers = {} } }) => {
        if (String(key) === id) {
          found.push(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])));
        }
        return Promise.resolve();
      },
    });
    await becomes(() => found.length > 0);
  } finally {
    await consumer.disconnect();
  }
  return found;
}

function linesOf(process: string, traceId: string): string[] {
  const log = readFileSync(join(running.logFolder, `${process}.log`), 'utf8');
  return log.split('\n').filter((line) => line.includes(`"traceId":"${traceId}"`));
}

test('every process is alive and ready, and its metrics say what it has done', async () => {
  const { desk } = await deskOfAGroup();
  const booking = await lab.book(desk, ana, untilAt(Date.now() + HOUR_MS));
  await lab.becomesAll('active', booking.id);
  const { services } = running.system.endpoints;
  for (const [name, url] of Object.entries(services)) {
    expect({ name, status: (await fetch(`${url}/health/live`)).status }).toEqual({ name, status: 200 });
    expect({ name, status: (await fetch(`${url}/health/ready`)).status }).toEqual({ name, status: 200 });
  }
  const of = (name: string) => scrape(services[name]!);
  for (const name of ['billing-gateway', 'access-service', 'salto-adapter']) {
    await becomes(async () => expect((await of(name)).sum('outbox_pending_messages')).toBe(0));
    await becomes(async () => expect((await of(name)).sum('outbox_oldest_pending_age_seconds')).toBe(0));
  }
  for (const consumer of ['access-service', 'salto-adapter']) {
    const metrics = await of(consumer);
    expect(metrics.sum('event_handled_total', { consumer, outcome: 'processed' })).toBeGreaterThan(0);
    expect(metrics.sum('event_handled_total', { consumer, outcome: 'dead_lettered' }) ?? 0).toBe(0);
    await becomes(async () => expect((await of(consumer)).sum('kafka_consumergroup_lag')).toBe(0));
  }
  expect((await of('access-service')).sum('grants', { status: 'active' })).toBeGreaterThan(0);
  const worker = await of('access-service-worker');
  expect(worker.sum('grant_lateness_seconds_count')).toBeGreaterThan(0);
  expect(worker.sum('revoke_lateness_seconds_count')).toBeGreaterThan(0);
  const saltoWorker = await of('salto-adapter-worker');
  expect(saltoWorker.sum('salto_calls_total', { operation: 'add to group', outcome: 'ok' })).toBeGreaterThan(0);
  for (const metrics of [worker, saltoWorker]) {
    expect(metrics.sum('temporal_task_queue_backlog')).toBeLessThan(10);
    expect(metrics.sum('temporal_num_pollers')).toBeGreaterThan(0);
    expect(metrics.sum('temporal_request_total')).toBeGreaterThan(0);
  }
});
