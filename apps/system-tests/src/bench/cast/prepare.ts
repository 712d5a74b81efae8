import { eventually } from '@latchkey/test-kit';
import type { System } from '../../system/system.ts';
import { bookAll, cancelAll } from './book.ts';
import type { Seat } from './cast.ts';
import { accountsOf, callsSince } from '../measure/salto-calls.ts';

const MINUTE_MS = 60_000;
const QUIET_MS = 3_000;

/** Preparation is over two minutes before access opens, so such a booking has its member prepared at once. */
const OPENS_AHEAD_MS = 1.9 * MINUTE_MS;

/**
 * Has the people made known to Salto KS, as those who have had access before are, and leaves them without any.
 * @param graceMs the location's grace period
 */
export async function prepare(system: System, seats: readonly Seat[], graceMs: number): Promise<void> {
  const startsAt = Date.now() + OPENS_AHEAD_MS + graceMs;
  const booked = await bookAll(system, seats, startsAt, startsAt + 60 * MINUTE_MS);
  await eventually(
    async () => {
      const known = await accountsOf(system);
      return seats.every(({ person }) => known.has(person.email));
    },
    { timeoutMs: 10 * MINUTE_MS, intervalMs: 1_000 },
  );
  await cancelAll(system, booked);
  // Whoever is known already may have calls of its preparation left: what is measured must not queue behind them.
  await eventually(async () => (await callsSince(system, Date.now() - QUIET_MS, '**')).length === 0, {
    timeoutMs: 10 * MINUTE_MS,
    intervalMs: 1_000,
  });
}
