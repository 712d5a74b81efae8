import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { RequestBudget } from './request-budget.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('no more requests run at once than allowed, and each that ends lets one in', async () => {
  const budget = new RequestBudget({ perSecond: 0, atOnce: 2 });
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 5 }, () => budget.run(() => new Promise<void>((resolve) => ends.push(resolve))));
  await turn();
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await turn();
  expect(ends).toHaveLength(3);
  for (let index = 1; index < 5; index += 1) {
    ends[index]?.();
    await turn();
  }
  await Promise.all(all);
});

test('requests begin evenly spaced', async () => {
  const budget = new RequestBudget({ perSecond: 100, atOnce: 0 });
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: 11 }, () => budget.run(() => Promise.resolve())));
  expect(performance.now() - beganAt).toBeGreaterThanOrEqual(95);
});

test('Retry-After pauses all callers of the connection, and tells them when to come back', async () => {
  const now = 1_000_000;
  const budget = new RequestBudget({ perSecond: 0, atOnce: 0 }, () => now);
  const limited = new SaltoKsError('limited', { code: 'rate_limited', retry: 'soon', retryAt: now + 30_000 });
  await expect(budget.run(() => Promise.reject(limited))).rejects.toBe(limited);
  await expect(budget.run(() => Promise.resolve())).rejects.toMatchObject({
    code: 'rate_limited',
    retryAt: now + 30_000,
    isAnswerUnknown: false,
  });
});
