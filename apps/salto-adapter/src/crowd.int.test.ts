import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ApplyRequest } from '@latchkey/access-workflows';
import { bundleWorkflows } from '@latchkey/access-workflows/bundle-workflows';
import { demo } from '@latchkey/fake-salto-ks';
import { createTestNamespace, eventually } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createAdapterWorker } from './adapter.ts';
import { AdapterRig } from './testing/adapter-rig.ts';
import { mostAtOnce, mostWithin } from './testing/budget-simulation.ts';
import type { applyAll, applyOneByOne } from './testing/crowd.workflow.ts';
import { knownMembers } from './testing/known-members.ts';

const crowd = 1_000;
const callers = 30;
const perSecond = 8;
const atOnce = 5;
const workflowQueue = 'crowd';
/** As many as a company's workflow sends at a time. */
const BATCH = 25;
const EVERY_MS = 700;
/** Over so long a stall of this process, which is everybody here, makes no difference. */
const LONG_MS = 10_000;

let rig: AdapterRig;
let client: Client;

beforeAll(async () => {
  const own = await createTestNamespace('adapter-crowd');
  const { namespace, connection } = own;
  rig = await AdapterRig.create('adapter_crowd', {
    TEMPORAL_NAMESPACE: namespace,
    SALTO_REQUESTS_PER_SECOND: String(perSecond),
    SALTO_REQUESTS_AT_ONCE: String(atOnce),
  });
  rig.closes(() => own.close());
  client = new Client({ connection, namespace });
  for (const name of ['one', 'another']) {
    const service = await createAdapterWorker(rig.config);
    await service.start();
    rig.closes(() => service.stop());
    if (name === 'another') continue;
    for (const { id } of [demo.paris, demo.newYork]) await rig.connect(service, id);
  }
  const native = await NativeConnection.connect({ address: rig.config.TEMPORAL_ADDRESS });
  const workflowBundle = await bundleWorkflows(join(import.meta.dirname, 'testing', 'crowd.workflow.ts'));
  const worker = await Worker.create({ connection: native, namespace, taskQueue: workflowQueue, workflowBundle });
  const running = worker.run();
  rig.closes(
    () => native.close(),
    () => running,
    () => Promise.resolve(worker.shutdown()),
  );
}, 180_000);
afterAll(() => rig?.close(), 60_000);

type Change = Pick<ApplyRequest, 'urgency' | 'groups' | 'removals'>;

function requests(site: { id: string }, memberIds: readonly string[], change: Change): ApplyRequest[] {
  return memberIds.map((memberId) => ({
    version: 1,
    siteId: site.id,
    memberId,
    revision: { epoch: 1, n: 1 },
    entitlement: { kind: 'booking', id: randomUUID() },
    ...change,
  }));
}

function revoke(memberIds: readonly string[]) {
  const change: Change = { urgency: 2, groups: [], removals: [{ id: demo.paris.groups.roomA }] };
  return client.workflow.start<typeof applyAll>('applyAll', {
    taskQueue: workflowQueue,
    workflowId: randomUUID(),
    args: [requests(demo.paris, memberIds, change)],
  });
}

/** The longest that a booking for now is on the adapter's queue until it is done, of those made one after the other, ms. */
async function bookNow(site: typeof demo.paris | typeof demo.newYork, members: readonly string[]): Promise<number> {
  const change: Change = { urgency: 1, groups: [{ id: site.groups.desks, until: null }], removals: [] };
  const booking = await client.workflow.start<typeof applyOneByOne>('applyOneByOne', {
    taskQueue: workflowQueue,
    workflowId: randomUUID(),
    args: [requests(site, members, change), EVERY_MS],
  });
  await booking.result();
  const { events } = await booking.fetchHistory();
  const scheduledAt = new Map<number, number>();
  const waits: number[] = [];
  for (const event of events ?? []) {
    const at = Number(event.eventTime?.seconds) * 1_000 + Number(event.eventTime?.nanos) / 1e6;
    if (event.activityTaskScheduledEventAttributes) scheduledAt.set(Number(event.eventId), at);
    const done = event.activityTaskCompletedEventAttributes;
    if (done) waits.push(at - scheduledAt.get(Number(done.scheduledEventId))!);
  }
  expect(waits).toHaveLength(members.length);
  return Math.max(...waits);
}

async function away(): Promise<number> {
  const { rows } = await rig.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM budget_line');
  return rows[0]?.count ?? 0;
}

function arrivalsAt(site: { id: string }) {
  const calls = rig.fake.calls.matching(({ path }) => path.startsWith(`/v1.2/sites/${site.id}`));
  return calls.map(({ at, duration_ms: ms, method }) => ({
    at: Date.parse(at),
    endsAt: Date.parse(at) + (ms ?? 0),
    method,
  }));
}

test(`${crowd} scheduled revokes delay a booking for now at another site by less than 5 s, and at their own by less than 10 s`, async () => {
  const leaving = await knownMembers(rig, demo.paris, crowd, { inGroup: demo.paris.groups.roomA });
  const here = await knownMembers(rig, demo.paris, callers);
  const elsewhere = await knownMembers(rig, demo.newYork, callers);
  // What a booking takes on this machine, as busy as it is.
  const alone = await bookNow(demo.newYork, await knownMembers(rig, demo.newYork, 10));
  rig.fake.calls.clear();
  const beganAt = Date.now();
  const batches = Array.from({ length: crowd / BATCH }, (_, at) => leaving.slice(at * BATCH, (at + 1) * BATCH));
  const revoking = await Promise.all(batches.map(revoke));
  try {
    // All of them have been on the queue: what is not done has been told to come back, but for those who wait in slots.
    await eventually(async () => expect(arrivalsAt(demo.paris).length + (await away())).toBeGreaterThan(crowd * 0.9), {
      timeoutMs: 90_000,
      intervalMs: 200,
    });
    expect(await away()).toBeGreaterThan(crowd / 3);
    const [longestHere, longestElsewhere] = await Promise.all([
      bookNow(demo.paris, here),
      bookNow(demo.newYork, elsewhere),
    ]);
    expect(longestElsewhere).toBeLessThan(alone + 5_000);
    expect(longestHere).toBeLessThan(alone + 10_000);
  } finally {
    // Some may be done.
    await Promise.allSettled(revoking.map((workflow) => workflow.terminate()));
  }

  // The crowd was there all the time, and had the rest of the budget.
  const arrivals = arrivalsAt(demo.paris);
  const revoked = arrivals.filter(({ method }) => method === 'DELETE').length;
  expect(revoked).toBeLessThan(crowd);
  expect(arrivals.length).toBeGreaterThan(((Date.now() - beganAt) / 1_000) * perSecond * 0.7);
  for (const site of [demo.paris, demo.newYork]) expect(mostAtOnce(arrivalsAt(site))).toBeLessThanOrEqual(atOnce);
  const instants = arrivals.map(({ at }) => at);
  expect(mostWithin(LONG_MS, instants)).toBeLessThanOrEqual(Math.ceil((LONG_MS / 1_000) * perSecond));
}, 180_000);
