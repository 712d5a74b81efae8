import type { Urgency } from '@latchkey/access-workflows';
import fc from 'fast-check';
import { BudgetSimulation, mostAtOnce, mostWithin, type Sent, type Wish } from '../testing/budget-simulation.ts';

const usual = { perSecond: 8, atOnce: 5, callTimeoutMs: 6_000 };
const many = (count: number, wish: Wish) => Array.from({ length: count }, () => wish);
const waitedMs = ({ at, wish }: Sent) => at - wish.at;
const longest = (sent: readonly Sent[]) => Math.max(...sent.map(waitedMs));
const of = (urgency: Urgency, sent: readonly Sent[]) => sent.filter(({ wish }) => wish.urgency === urgency);

const urgency = fc.constantFrom<Urgency>(1, 2, 3, 4);
const wish = fc.record({
  at: fc.integer({ min: 0, max: 20_000 }),
  urgency,
  process: fc.integer({ min: 0, max: 2 }),
  isRevoke: fc.boolean(),
  isBegun: fc.boolean(),
  takesMs: fc.integer({ min: 5, max: 3_000 }),
  lateMs: fc.integer({ min: 0, max: 250 }),
});

test('whatever comes, in whichever process: never more than the budget, never more at once, and everybody has its turn', () => {
  const options = fc.record({
    perSecond: fc.integer({ min: 1, max: 40 }),
    atOnce: fc.integer({ min: 1, max: 8 }),
    callTimeoutMs: fc.constant(6_000),
  });
  fc.assert(
    fc.property(options, fc.array(wish, { minLength: 20, maxLength: 150 }), fc.nat(400), (budget, wishes, unsureMs) => {
      const sent = new BudgetSimulation({ options: budget, processes: 3, unsureMs }).run(wishes);
      expect(sent).toHaveLength(wishes.length);
      expect(
        mostWithin(
          1_000,
          sent.map(({ at }) => at),
        ),
      ).toBeLessThanOrEqual(budget.perSecond);
      expect(mostAtOnce(sent)).toBeLessThanOrEqual(budget.atOnce);
      expect(sent.every(({ at, wish: { at: asked } }) => at >= asked)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a budget that is free costs no wait', () => {
  const wishes = Array.from({ length: 20 }, (_, index) => ({ at: index * 130, urgency: 3 as const }));
  expect(longest(new BudgetSimulation({ options: usual }).run(wishes))).toBe(0);
});

test('a crowd takes what its budget takes, and little more', () => {
  const sent = new BudgetSimulation({ options: usual, processes: 2 }).run(
    Array.from({ length: 400 }, (_, index) => ({ at: index / 100, urgency: 2 as const, process: index % 2 })),
  );
  expect(longest(sent)).toBeLessThan((400 / 8) * 1_000 * 1.05);
  expect(sent.filter(({ timesAway }) => timesAway > 2).length).toBeLessThan(20);
});

test('who books now goes before a thousand scheduled revokes', () => {
  const now = Array.from({ length: 30 }, (_, index) => ({
    at: 3_000 + index * 1_000,
    urgency: 1 as const,
    process: 1,
  }));
  const sent = new BudgetSimulation({ options: usual, processes: 2 }).run([
    ...many(1_000, { at: 0, urgency: 2 }),
    ...now,
  ]);
  expect(longest(of(1, sent))).toBeLessThan(500);
});

test('each lower class keeps a request a second, however many are more urgent', () => {
  const rest = ([2, 3, 4] as const).flatMap((lower) => many(10, { at: 0, urgency: lower, process: 1 }));
  const sent = new BudgetSimulation({ options: usual, processes: 2 }).run([
    ...many(200, { at: 0, urgency: 1 }),
    ...rest,
  ]);
  for (const lower of [2, 3, 4] as const) expect(longest(of(lower, sent))).toBeLessThan(13_000);
});

test('a slow budget leaves the most urgent their part', () => {
  const rest = ([2, 3, 4] as const).flatMap((lower) => many(20, { at: 0, urgency: lower }));
  const sent = new BudgetSimulation({ options: { ...usual, perSecond: 1 } }).run([
    ...rest,
    ...many(5, { at: 10_000, urgency: 1 }),
  ]);
  expect(longest(of(1, sent))).toBeLessThan(5 * 4_100);
});

test('who was told to come back is not overtaken for ever by those who come later', () => {
  const early = many(40, { at: 0, urgency: 3 });
  // Twice what the budget takes, without an end in sight.
  const later = Array.from({ length: 900 }, (_, index) => ({
    at: 100 + index * 60,
    urgency: 3 as const,
    process: index % 2,
  }));
  const sent = new BudgetSimulation({ options: usual, processes: 2, until: 60_000 }).run([...early, ...later]);
  const first = sent.filter(({ wish: { at } }) => at === 0);
  expect(first).toHaveLength(40);
  expect(longest(first)).toBeLessThan(12_000);
});

test('an attempt that has begun goes on before new ones', () => {
  const sent = new BudgetSimulation({ options: usual }).run([
    ...many(30, { at: 0, urgency: 3 }),
    { at: 500, urgency: 3, isBegun: true },
  ]);
  const begun = sent.find(({ wish: { isBegun } }) => isBegun)!;
  expect(waitedMs(begun)).toBeLessThan(300);
  expect(begun.timesAway).toBe(0);
});

test('where Salto is slow nobody waits in a slot for a place that does not come', () => {
  const sent = new BudgetSimulation({ options: usual }).run(many(50, { at: 0, urgency: 1, takesMs: 5_000 }));
  expect(mostAtOnce(sent)).toBe(5);
  expect(sent.filter(({ timesAway }) => timesAway === 0).length).toBeLessThan(15);
});

describe('an outage', () => {
  const down = (from: number, to: number) => ({
    salto: (at: number) => (at >= from && at < to ? { outcome: 'failed' as const } : {}),
  });

  test('leaves one probe every few seconds of all that would be sent', () => {
    const wishes = Array.from({ length: 600 }, (_, index) => ({
      at: index * 100,
      urgency: 3 as const,
      process: index % 2,
    }));
    const sent = new BudgetSimulation({ options: usual, processes: 2, ...down(10_000, 70_000) }).run(wishes);
    const meanwhile = sent.filter(({ at }) => at >= 12_000 && at < 70_000);
    expect(meanwhile.every(({ isProbe }) => isProbe)).toBe(true);
    expect(meanwhile.length).toBeGreaterThan(8);
    expect(meanwhile.length).toBeLessThanOrEqual(58 / 5 + 1);
    expect(mostAtOnce(meanwhile)).toBe(1);
  });

  test('is over when a probe is answered; then the pace rises slowly, and revokes go first', () => {
    const wishes = Array.from({ length: 100 }, (_, index): Wish => ({
      at: index,
      urgency: index % 2 === 0 ? 3 : 2,
      process: index % 4 < 2 ? 0 : 1,
      isRevoke: index % 2 === 1,
    }));
    const sent = new BudgetSimulation({ options: usual, processes: 2, ...down(0, 30_000) }).run(wishes);
    const after = sent.filter(({ at, isProbe }) => at >= 30_000 && !isProbe);
    const early = after.filter(({ at }) => at < after[0]!.at + 8_000);
    expect(early.length).toBeGreaterThan(8);
    expect(early.length).toBeLessThan(8 * 8 * 0.6);
    const median = (sorted: readonly Sent[]) => sorted[Math.floor(sorted.length / 2)]!.at;
    const revokes = after.filter(({ wish: { isRevoke } }) => isRevoke);
    const grants = after.filter(({ wish: { isRevoke } }) => !isRevoke);
    expect([revokes.length, grants.length]).toEqual([50, 50]);
    expect(after.slice(0, 10).every(({ wish: { isRevoke } }) => isRevoke)).toBe(true);
    expect(median(revokes)).toBeLessThan(median(grants));
  });
});

describe('a pause that Salto asks for', () => {
  test('is kept by all, and then the budget is as before', () => {
    const salto = (at: number) => (at < 200 ? { outcome: 'limited' as const, retryAfterMs: 30_000 } : {});
    const wishes = Array.from({ length: 20 }, (_, index) => ({
      at: 150 * index,
      urgency: 1 as const,
      process: index % 2,
    }));
    const sent = new BudgetSimulation({ options: usual, processes: 2, salto }).run(wishes);
    expect(sent.filter(({ at }) => at > 300 && at < 30_000)).toEqual([]);
    expect(longest(sent)).toBeLessThan(40_000);
  });

  test('grows where Salto does not say how long', () => {
    const sent = new BudgetSimulation({ options: usual, salto: () => ({ outcome: 'limited' }), until: 60_000 }).run([
      { at: 0, urgency: 1 },
    ]);
    const gaps = sent.slice(1).map(({ at }, index) => Math.round((at - sent[index]!.at) / 1_000));
    expect(gaps).toEqual([1, 2, 4, 8, 16]);
  });
});
