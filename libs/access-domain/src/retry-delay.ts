import { fraction } from './spread.ts';

const FIRST_MS = 5_000;
/** An addition is worth trying every few minutes; a removal must not be later than it has to. */
const CAP_MS = { grant: 5 * 60_000, revoke: 60_000 };

/**
 * How long to wait after the `attempts`-th failure in a row (from 1), ms: doubling up to a cap, and up to a fifth longer
 * by the seed, so that what failed together does not come back together. The same arguments give the same delay.
 */
export function retryDelay(attempts: number, kind: 'grant' | 'revoke', seed: string): number {
  const delay = Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 16), CAP_MS[kind]);
  return Math.round(delay * (1 + fraction(seed) / 5));
}
