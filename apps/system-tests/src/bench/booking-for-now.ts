import { setTimeout as delay } from 'node:timers/promises';
import { demo } from '@latchkey/fake-salto-ks';
import { known } from '../demo/demo.ts';
import { type Booked, book } from './cast/book.ts';
import { makeSeats } from './cast/cast.ts';
import { prepare } from './cast/prepare.ts';
import { figure } from './measure/figures.ts';
import { hopsOf } from './measure/hops.ts';
import { settled } from './measure/settled.ts';
import { duration, percentile, spread } from './measure/statistics.ts';
import type { Scenario } from './scenario.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** One booking for now a second, by members whom Salto knows: how long until each is in its group, and where it goes. */
export const bookingForNow: Scenario = async ({ bench, n = 60, tell }) => {
  const { system, demo: made } = bench.running;
  const location = known(made.locations, 'Paris');
  const seats = await makeSeats(system, location, demo.paris.groups.desks, n);
  await prepare(system, seats, location.gracePeriodMinutes * 60 * SECOND_MS);
  tell(`${n} members prepared`);

  const meter = bench.meter();
  const beganAt = Date.now();
  const bookings: Promise<Booked>[] = [];
  for (const [index, seat] of seats.entries()) {
    await delay(Math.max(0, beganAt + index * SECOND_MS - Date.now()));
    const now = Date.now();
    bookings.push(book(system, seat, now, now + HOUR_MS));
  }
  const booked = await Promise.all(bookings);
  await settled(system, booked, 'active');
  const cpu = meter.perItem(n);

  const { untilInGroup, byHop } = await hopsOf(system, demo.paris.id, booked, beganAt);
  for (const [hop, times] of byHop) tell(`  ${hop.padEnd(42)} ${spread(times)}`);
  tell(`  processor time ${cpu}`);
  const isMet = percentile(untilInGroup, 0.5) <= SECOND_MS && percentile(untilInGroup, 0.99) <= 3 * SECOND_MS;
  const slowest = [...byHop]
    .map(([hop, times]) => [hop, percentile(times, 0.5)] as const)
    .reduce((one, other) => (other[1] > one[1] ? other : one));
  return [
    figure(
      `booking for now → in Salto's group (${n}, one a second)`,
      'p50 ≤ 1 s, p99 ≤ 3 s',
      spread(untilInGroup),
      isMet,
    ),
    figure('its slowest hop', '', `${slowest[0]}, p50 ${duration(slowest[1])}`),
  ];
};
