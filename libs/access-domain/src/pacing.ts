import { fraction } from './spread.ts';

const MINUTE_MS = 60_000;
/** Preparation begins at most this long before access opens … */
export const PREPARE_AHEAD_MS = 15 * MINUTE_MS;
/** … and leaves this long for a new Salto user to spread. */
const PREPARE_MARGIN_MS = 2 * MINUTE_MS;

/**
 * When to wake for an edge that many share: thousands of windows open at 00:00, and the site takes only so many requests
 * a second. Moves wake-ups alone; windows and lateness keep the nominal instant.
 * @param at the nominal instant, epoch ms
 * @param rank how many requests go before
 * @param requestsPerSecond the site's budget; 0: no pacing
 */
export function pacedAt(at: number, rank: number, requestsPerSecond: number): number {
  return requestsPerSecond === 0 ? at : at + Math.floor((rank * 1000) / requestsPerSecond);
}

/** From when on to prepare for access that opens at `opensAt` (epoch ms), spread over the minutes before by the seed. */
export function prepareAt(opensAt: number, seed: string): number {
  return opensAt - PREPARE_AHEAD_MS + Math.floor(fraction(seed) * (PREPARE_AHEAD_MS - PREPARE_MARGIN_MS));
}
