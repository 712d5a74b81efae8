import { eventually } from '@latchkey/test-kit';
import type { Connections } from '../connections/connections.ts';
import { BudgetRig } from '../testing/budget-rig.ts';
import { FAILURES_OF_AN_OUTAGE, PROBE_EVERY_MS } from './ended.ts';

const perSecond = 20;
const callers = 30;

let rig: BudgetRig;
let replicas: Connections[];

beforeAll(async () => {
  rig = await BudgetRig.create('outage', { perSecond });
  replicas = [await rig.replica(), await rig.replica()];
}, 60_000);
afterAll(() => rig?.close());
beforeEach(() => rig.forget());

const isProbe = ({ method, path }: { method: string; path: string }) =>
  method === 'GET' && path === `/v1.2/sites/${rig.siteId}`;

test('while Salto is down two replicas send one probe every few seconds; then revokes go first, slowly at first', async () => {
  rig.adapter.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  const all = Array.from({ length: callers }, (_, index) =>
    rig.call(replicas[index % 2]!, index % 4 < 2 ? 2 : 3, { isRevoke: index % 4 < 2 }),
  );
  // Those that were on their way when the last of the failures was counted have been sent as well.
  await eventually(() => expect(rig.arrivals().calls.some(isProbe)).toBe(true), { timeoutMs: 20_000 });
  const before = rig.arrivals().calls.findIndex(isProbe);
  expect(before).toBeGreaterThanOrEqual(FAILURES_OF_AN_OUTAGE);
  expect(before).toBeLessThan(FAILURES_OF_AN_OUTAGE + 10);

  await eventually(() => expect(rig.arrivals().calls.filter(isProbe)).toHaveLength(3), { timeoutMs: 30_000 });
  const meanwhile = rig.arrivals().calls.slice(before);
  expect(meanwhile.filter((call) => !isProbe(call))).toEqual([]);
  const probedAt = meanwhile.map(({ at }) => Date.parse(at));
  for (const [index, at] of probedAt.slice(1).entries()) {
    expect(at - probedAt[index]!).toBeGreaterThanOrEqual(PROBE_EVERY_MS * 0.9);
    expect(at - probedAt[index]!).toBeLessThan(PROBE_EVERY_MS * 2.5);
  }

  rig.adapter.fake.removeFaults();
  await Promise.all(all);
  const served = rig.arrivals().calls.filter((call) => call.status !== 503 && !isProbe(call));
  expect(served).toHaveLength(callers);
  const isRevoke = served.map(({ method }) => method === 'DELETE');
  expect(isRevoke.slice(0, 5)).toEqual([true, true, true, true, true]);
  expect(isRevoke.lastIndexOf(true)).toBeLessThan(callers - 5);
  const servedAt = served.map(({ at }) => Date.parse(at));
  // The first second after an outage has a quarter of the budget, not all of it.
  expect(servedAt.filter((at) => at < servedAt[0]! + 1_000).length).toBeLessThan(perSecond / 2);
}, 120_000);

test('a failure now and then is no outage', async () => {
  rig.adapter.fake.addFaults(
    ...Array.from({ length: 4 }, (_, index) => ({
      skip: index * 2,
      times: 1,
      path: '/v1.2/**',
      effect: { kind: 'unavailable' as const },
    })),
  );
  for (let index = 0; index < 8; index += 1) await rig.call(replicas[index % 2]!, 1);
  expect(rig.arrivals().calls.some(isProbe)).toBe(false);
});
