import { duration, percentile, spread } from './statistics.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

test('a percentile is one of the values, by the nearest rank', () => {
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0.5)).toBe(7);
});

test('nothing measured has no percentile', () => {
  expect(() => percentile([], 0.5)).toThrow('nothing was measured');
});

test('durations are said in the unit that suits them', () => {
  expect(duration(999)).toBe('999 ms');
  expect(duration(1_234)).toBe('1.23 s');
  expect(spread([1_000, 2_000])).toBe('p50 1.00 s, p99 2.00 s, longest 2.00 s');
});
