import { setTimeout as delay } from 'node:timers/promises';
import { demo } from '@latchkey/fake-salto-ks';
import { known } from '../demo/demo.ts';
import type { RunningSystem } from '../harness/running-system.ts';
import type { System } from '../system/system.ts';
import { type Booked, book } from './cast/book.ts';
import { makeSeats, type Seat } from './cast/cast.ts';
import { prepare } from './cast/prepare.ts';
import { addsByTrace } from './measure/salto-calls.ts';
import { settled } from './measure/settled.ts';

const EVERY_MS = 2_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** People of another site than the herd's, whom Salto knows. */
export async function makeNeighbours({ system, demo: made }: RunningSystem, count: number): Promise<Seat[]> {
  const location = known(made.locations, 'Paris');
  const seats = await makeSeats(system, location, demo.paris.groups.desks, count);
  await prepare(system, seats, location.gracePeriodMinutes * MINUTE_MS);
  return seats;
}

/** One after the other they book for now; gives how long each waited until it was in its group, ms. */
export async function callersElsewhere(system: System, seats: readonly Seat[]): Promise<number[]> {
  const since = Date.now();
  const bookings: Promise<Booked>[] = [];
  for (const [index, seat] of seats.entries()) {
    await delay(Math.max(0, since + index * EVERY_MS - Date.now()));
    const now = Date.now();
    bookings.push(book(system, seat, now, now + HOUR_MS));
  }
  const booked = await Promise.all(bookings);
  await settled(system, booked, 'active');
  const adds = await addsByTrace(system, demo.paris.id, since);
  return booked.flatMap(({ traceId, sentAt }) => {
    const add = adds.get(traceId);
    return add === undefined ? [] : [add.answeredAt - sentAt];
  });
}
