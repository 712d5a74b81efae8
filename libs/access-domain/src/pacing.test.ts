import fc from 'fast-check';
import { pacedAt, PREPARE_AHEAD_MS, prepareAt } from './pacing.ts';
import { retryDelay } from './retry-delay.ts';

describe('pacing', () => {
  it('wakes no more a second than the site takes, and nobody before the nominal instant', () => {
    const wakes = Array.from({ length: 1_000 }, (_, rank) => pacedAt(5_000, rank, 8));
    expect(wakes[0]).toBe(5_000);
    expect(wakes.at(-1)).toBe(5_000 + Math.floor(999_000 / 8));
    expect(wakes.filter((at) => at < 6_000)).toHaveLength(8);
  });

  it('is off without a budget', () => {
    expect(pacedAt(5_000, 700, 0)).toBe(5_000);
  });
});

it('preparation is spread over the quarter of an hour before, and leaves new users time to spread', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const ahead = PREPARE_AHEAD_MS - prepareAt(PREPARE_AHEAD_MS, id);
      expect(ahead).toBeGreaterThan(60_000);
      expect(ahead).toBeLessThanOrEqual(PREPARE_AHEAD_MS);
    }),
  );
});

describe('the delay before the next attempt', () => {
  it('grows up to a cap, lower where somebody is to lose access', () => {
    const delays = (kind: 'grant' | 'revoke') => [1, 2, 3, 4, 5, 6, 7, 99].map((n) => retryDelay(n, kind, ''));
    const grants = delays('grant');
    expect(grants).toEqual(grants.toSorted((a, b) => a - b));
    expect(grants.at(-1)).toBeLessThanOrEqual(6 * 60_000);
    expect(delays('revoke').at(-1)).toBeLessThanOrEqual(72_000);
  });

  it('is the same for the same member, and another for another', () => {
    expect(retryDelay(3, 'grant', 'ada')).toBe(retryDelay(3, 'grant', 'ada'));
    expect(retryDelay(3, 'grant', 'ada')).not.toBe(retryDelay(3, 'grant', 'grace'));
  });
});
