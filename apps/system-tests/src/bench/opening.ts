import { setTimeout as delay } from 'node:timers/promises';
import { demo } from '@latchkey/fake-salto-ks';
import { known } from '../demo/demo.ts';
import { Salto } from '../harness/salto.ts';
import type { System } from '../system/system.ts';
import { bookAll, type Booked } from './cast/book.ts';
import { makeSeats, type Seat } from './cast/cast.ts';
import { accountsOf, addsByTrace } from './measure/salto-calls.ts';
import { duration } from './measure/statistics.ts';
import type { Stage } from './scenario.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const PREPARED_WITHIN_MS = 60;

/** People and desks of the Lab, whose bookings open without a grace period. */
export interface Crowd {
  readonly seats: readonly Seat[];
  /** How long before the instant to begin to book: its plans and preparations run beside. */
  readonly leadMs: number;
}

/** Makes the crowd, all of it with one access group. */
export async function makeCrowd({ bench, tell }: Stage, count: number): Promise<Crowd> {
  const { system, demo: made } = bench.running;
  const [groupId = ''] = await new Salto(system).makeGroups(1);
  const beganAt = performance.now();
  const seats = await makeSeats(system, known(made.locations, 'Lab'), groupId, count);
  const tookMs = performance.now() - beganAt;
  tell(`  ${count} members and desks after ${duration(tookMs)}`);
  // A booking takes a third of the requests that a seat took, then its first plan and its preparation follow.
  return { seats, leadMs: tookMs * 0.8 + count * PREPARED_WITHIN_MS + 20 * SECOND_MS };
}

/** Bookings whose windows open together. */
export interface Opening {
  readonly booked: readonly Booked[];
  /** Epoch ms. */
  readonly opensAt: number;
}

/** Books all of the crowd's seats for hours that begin together, and waits for that instant. */
export async function bookAhead({ bench, tell }: Stage, { seats, leadMs }: Crowd): Promise<Opening> {
  const opensAt = Math.ceil((Date.now() + leadMs) / SECOND_MS) * SECOND_MS;
  const booked = await bookAll(bench.system, seats, opensAt, opensAt + HOUR_MS);
  const leftMs = opensAt - Date.now();
  tell(`  ${booked.length} bookings made, ${duration(leftMs)} before they open`);
  if (leftMs < SECOND_MS) throw new Error('the bookings took longer than foreseen: repeat it, or take a smaller --n');
  await delay(leftMs - SECOND_MS);
  const prepared = await accountsOf(bench.system);
  const strangers = seats.filter(({ person }) => !prepared.has(person.email)).length;
  if (strangers > 0) tell(`  ${strangers} members are not prepared yet, which makes what follows slower than it is`);
  await delay(Math.max(0, opensAt - Date.now()));
  return { booked, opensAt };
}

/** From the windows' instant until Salto had answered the add, in ms. */
export async function timesIn(system: System, { booked, opensAt }: Opening): Promise<number[]> {
  const adds = await addsByTrace(system, demo.lab.id, opensAt);
  return booked.map(({ traceId, booking: { id } }) => {
    const add = adds.get(traceId);
    if (add === undefined) throw new Error(`Salto KS was never asked to add the member of booking ${id}`);
    return add.answeredAt - opensAt;
  });
}
