import { randomUUID } from 'node:crypto';
import { entryEvents, type EntryState } from '@latchkey/contracts';
import { decodeEvent, type ReceivedEvent, type Service } from '@latchkey/service-kit';
import { createTestNamespace, eventually } from '@latchkey/test-kit';
import { createAdapter, createAdapterWorker } from '../adapter.ts';
import { AdapterRig } from '../testing/adapter-rig.ts';
import { locks, siteId } from '../testing/door-rig.ts';

let rig: AdapterRig;
let worker: Service;
let workerAddress: string;
let early: string;
const events: ReceivedEvent<EntryState>[] = [];

beforeAll(async () => {
  const namespace = await createTestNamespace('entries');
  rig = await AdapterRig.create('entries', {
    TEMPORAL_NAMESPACE: namespace.namespace,
    SALTO_ENTRIES_POLL_MS: '1000',
  });
  rig.closes(() => namespace.close());
  await rig.applyTopics();
  await listen();
  const http = await createAdapter(rig.config);
  await http.start();
  rig.closes(() => http.stop());
  await rig.connect(http, siteId);
  early = await tap();
  worker = await createAdapterWorker(rig.config);
  workerAddress = await worker.start();
  rig.closes(() => worker.stop());
}, 120_000);
afterAll(() => rig.close());

async function listen(): Promise<void> {
  const consumer = rig.kafka.consumer({ groupId: rig.kafka.prefixed('test') });
  await consumer.connect();
  rig.closes(() => consumer.disconnect());
  await consumer.subscribe({ topic: rig.kafka.prefixed(entryEvents.recorded.topic), fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      events.push(decodeEvent(message) as ReceivedEvent<EntryState>);
      return Promise.resolve();
    },
  });
}

async function tap(): Promise<string> {
  const response = await fetch(`${rig.fake.url}/_fake/locks/${locks.frontDoor}/tap`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: randomUUID() }),
  });
  return ((await response.json()) as { entry: { id: string } }).entry.id;
}

test('what happens between connecting and the first look at the doors is told', async () => {
  await eventually(() => expect(events.map(({ data }) => data.id)).toEqual([early]), { timeoutMs: 30_000 });
});

test('a tap at a door is an event on access.entries.v1 under its site’s key, through worker, hub, outbox and broker', async () => {
  await eventually(() => expect(rig.fake.hub.connections()).toHaveLength(1), { timeoutMs: 30_000 });
  const [first, second] = [await tap(), await tap()];
  await eventually(() => expect(events.map(({ data }) => data.id)).toEqual([early, first, second]), {
    timeoutMs: 30_000,
  });
  expect(events.slice(1).map(({ aggregateId, version, type }) => [aggregateId, version, type])).toEqual([
    [siteId, 2, 'access.entry.recorded.v1'],
    [siteId, 3, 'access.entry.recorded.v1'],
  ]);
  expect(await (await fetch(`${workerAddress}/metrics`)).text()).toContain('salto_entry_sites{mode="streaming"} 1');
});

test('what happens while the worker is down is told when it is back', async () => {
  await worker.stop();
  await eventually(() => expect(rig.fake.hub.connections()).toEqual([]));
  const before = events.length;
  const missed = [await tap(), await tap()];
  worker = await createAdapterWorker(rig.config);
  await worker.start();
  await eventually(() => expect(events.slice(before).map(({ data }) => data.id)).toEqual(missed), {
    timeoutMs: 30_000,
  });
});
