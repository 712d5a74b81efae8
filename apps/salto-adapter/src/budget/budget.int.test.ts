import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Urgency } from '@latchkey/access-workflows';
import { demo } from '@latchkey/fake-salto-ks';
import { metrics } from '@latchkey/service-kit';
import { CutProxy, eventually } from '@latchkey/test-kit';
import fc from 'fast-check';
import { poolQueries } from '../testing/pool-queries.ts';
import { registerBudgetMetrics } from './budget-metrics.ts';
import type { Connections } from '../connections/connections.ts';
import { BudgetRig } from '../testing/budget-rig.ts';

const perSecond = 20;
const atOnce = 5;

let rig: BudgetRig;
let replicas: [Connections, Connections];

beforeAll(async () => {
  rig = await BudgetRig.create('budget', { perSecond, atOnce });
  replicas = [await rig.replica(), await rig.replica()];
}, 60_000);
afterAll(() => rig?.close());
beforeEach(() => rig.forget());

const either = (index: number) => replicas[index % 2 === 0 ? 0 : 1];

function expectWithinBudget() {
  const { mostInASecond, mostAtOnce } = rig.arrivals();
  expect(mostInASecond).toBeLessThanOrEqual(perSecond);
  expect(mostAtOnce).toBeLessThanOrEqual(atOnce);
}

/** What the first call of an attempt is told. */
async function refused(replica: Connections, urgency: Urgency = 1) {
  return replica
    .of(rig.siteId, urgency)
    .then((site) => site.roles())
    .then(
      () => undefined,
      (error: unknown) => error as { code: string; retryAt: number },
    );
}

test('two replicas together never send more than the budget, nor more at once, whatever comes', async () => {
  const wish = fc.record({
    afterMs: fc.integer({ min: 0, max: 1_500 }),
    urgency: fc.constantFrom<Urgency>(1, 2, 3, 4),
    replica: fc.nat({ max: 1 }),
  });
  const crowd = fc.array(wish, { minLength: 30, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(crowd, fc.integer({ min: 0, max: 400 }), async (wishes, slowMs) => {
      await rig.forget();
      rig.adapter.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'delay', delay_ms: slowMs } });
      await Promise.all(
        wishes.map(async ({ afterMs, urgency, replica }) => {
          await delay(afterMs);
          await rig.call(either(replica), urgency);
        }),
      );
      expect(rig.arrivals().calls).toHaveLength(wishes.length);
      expectWithinBudget();
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);

test('a request that is late because of what it records first takes another turn', async () => {
  const { roomA } = demo.paris.groups;
  let recorded = 0;
  const slow = async () => {
    recorded += 1;
    await delay(400);
  };
  const removals = Array.from({ length: 30 }, (_, index) => rig.call(either(index), 2, { isRevoke: true }, slow));
  const reads = Array.from({ length: 30 }, (_, index) => rig.call(either(index), 1));
  await Promise.all([...removals, ...reads]);
  expect(recorded).toBe(30);
  expect(rig.arrivals().calls.filter(({ path }) => path.includes(roomA))).toHaveLength(30);
  expectWithinBudget();
}, 30_000);

test('a lower class keeps a request a second, however many are more urgent', async () => {
  const beganAt = Date.now();
  const urgent = Array.from({ length: 100 }, (_, index) => rig.call(either(index), 1));
  await eventually(() => expect(rig.arrivals().calls.length).toBeGreaterThan(2));
  const lower = ([2, 3, 4] as const).map(async (urgency) => {
    await Promise.all(Array.from({ length: 3 }, (_, index) => rig.call(either(index), urgency)));
    return Date.now() - beganAt;
  });
  for (const tookMs of await Promise.all(lower)) expect(tookMs).toBeLessThan(4_900);
  await Promise.all(urgent);
  expect(Date.now() - beganAt).toBeGreaterThan((108 / perSecond) * 1_000);
  expectWithinBudget();
}, 30_000);

test('an attempt that has begun is not sent away, whoever comes meanwhile', async () => {
  const site = await replicas[0].of(rig.siteId, 4);
  await site.roles();
  const crowd = Array.from({ length: 60 }, (_, index) => rig.call(either(index), 1));
  await eventually(() => expect(rig.arrivals().calls.length).toBeGreaterThan(3));
  const others = Promise.all(Array.from({ length: perSecond * 2 }, () => refused(replicas[0])));
  await site.roles();
  await site.roles();
  expect((await others).filter((told) => told?.code === 'rate_limited').length).toBeGreaterThan(perSecond / 2);
  await Promise.all(crowd);
});

test('a Retry-After that one replica gets pauses the other, and one that starts meanwhile', async () => {
  rig.adapter.fake.addFaults({ times: 1, effect: { kind: 'rate_limit', retry_after_seconds: 30 } });
  expect(await refused(replicas[0])).toMatchObject({ code: 'rate_limited' });
  const restarted = await rig.replica();
  for (const replica of [...replicas, restarted]) {
    const { code, retryAt } = (await refused(replica))!;
    expect(code).toBe('rate_limited');
    expect(retryAt - Date.now()).toBeGreaterThan(25_000);
    expect(retryAt - Date.now()).toBeLessThan(31_000);
  }
  expect(rig.arrivals().calls).toHaveLength(1);
});

test('a 429 without a Retry-After pauses too, a second at first', async () => {
  rig.adapter.fake.addFaults({ times: 1, effect: { kind: 'rate_limit' } });
  await refused(replicas[0]);
  await rig.call(replicas[1], 1);
  const [limited, answered] = rig.arrivals().calls.map(({ at }) => Date.parse(at));
  expect(answered! - limited!).toBeGreaterThanOrEqual(990);
});

test('without a budget no request looks at the database, and a pause is noticed all the same', async () => {
  const unlimited = { perSecond: 0, atOnce: 0 };
  const [one, other] = [await rig.replica(undefined, unlimited), await rig.replica(undefined, unlimited)];
  await Promise.all(Array.from({ length: 40 }, () => rig.call(one, 3)));
  // The end of an earlier test's last request may have come since.
  expect((await rig.adapter.pool.query('SELECT FROM budget WHERE version > 3')).rowCount).toBe(0);
  rig.adapter.fake.addFaults({ times: 1, effect: { kind: 'rate_limit', retry_after_seconds: 30 } });
  await refused(one);
  expect(await refused(one)).toMatchObject({ code: 'rate_limited' });
  await eventually(async () => expect(await refused(other)).toMatchObject({ code: 'rate_limited' }));
});

test('the places of a replica that dies come back within seconds', async () => {
  const database = new URL(rig.adapter.config.DATABASE_URL);
  const proxy = await CutProxy.start(database.host);
  rig.adapter.closes(() => proxy.close());
  const callTimeoutMs = 1_000;
  const url = Object.assign(new URL(database), { host: proxy.address }).href;
  const doomed = await rig.replica(url, { perSecond, atOnce, callTimeoutMs });
  rig.adapter.fake.addFaults({ times: atOnce, effect: { kind: 'timeout' } });
  const lost = Array.from({ length: atOnce }, () => refused(doomed));
  await eventually(() => expect(rig.arrivals().calls).toHaveLength(atOnce));
  // Whatever becomes of its requests, nobody hears of it.
  proxy.cut();
  const beganAt = Date.now();
  await rig.call(replicas[0], 1);
  expect(Date.now() - beganAt).toBeLessThan(callTimeoutMs + 3_500);
  expect(Date.now() - beganAt).toBeGreaterThan(callTimeoutMs);
  await Promise.all(lost);
});

test('a database that goes away in the middle leaves nobody waiting, and the budget is kept', async () => {
  const database = new URL(rig.adapter.config.DATABASE_URL);
  const proxy = await CutProxy.start(database.host);
  rig.adapter.closes(() => proxy.close());
  const url = Object.assign(new URL(database), { host: proxy.address }).href;
  const both = [await rig.replica(url), await rig.replica(url)];
  const all = Array.from({ length: 60 }, (_, index) => rig.call(both[index % 2]!, 3));
  for (const calls of [5, 25]) {
    await eventually(() => expect(rig.arrivals().calls.length).toBeGreaterThan(calls));
    proxy.cut();
    await delay(300);
    proxy.mend();
  }
  await Promise.all(all);
  expect(rig.arrivals().calls).toHaveLength(60);
  expectWithinBudget();
}, 30_000);

test('how long each class waits, who was told to come back and which connections wait are measured', async () => {
  await rig.call(replicas[0], 2);
  rig.adapter.fake.addFaults({ times: 1, effect: { kind: 'rate_limit', retry_after_seconds: 30 } });
  await refused(replicas[0]);
  const coming = replicas[0].of(rig.siteId, 3, { memberId: randomUUID(), isRevoke: false });
  await expect(coming.then((site) => site.roles())).rejects.toMatchObject({ code: 'rate_limited' });
  registerBudgetMetrics(poolQueries(rig.adapter.pool));
  const scraped = await metrics.scrape();
  expect(scraped).toMatch(/salto_turn_wait_seconds_count\{urgency="2"\} [1-9]/);
  expect(scraped).toMatch(/salto_turns_refused_total\{urgency="3",code="rate_limited"\} [1-9]/);
  expect(scraped).toMatch(/salto_connection_held\{connection="[-0-9a-f]+",why="pause"\} 1/);
  expect(scraped).toMatch(/salto_turns_away\{urgency="3"\} 1/);
});
