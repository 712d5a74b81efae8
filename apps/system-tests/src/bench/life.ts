import { setTimeout as delay } from 'node:timers/promises';
import { known } from '../demo/demo.ts';
import { Salto } from '../harness/salto.ts';
import type { System } from '../system/system.ts';
import { book } from './cast/book.ts';
import { makeSeats, type Seat } from './cast/cast.ts';
import { type Figure, figure } from './measure/figures.ts';
import { callsSince, operationsOf } from './measure/salto-calls.ts';
import { settled } from './measure/settled.ts';
import { Histories } from './measure/workflow-history.ts';
import type { Scenario, Stage } from './scenario.ts';

const OPENS_AHEAD_MS = 10_000;
const OPEN_MS = 10_000;
const EVENTS_AIM = 45;

/** What one entitlement costs from its booking to its end: events of its workflow's history, and calls to Salto KS. */
export const life: Scenario = async ({ bench, tell }) => {
  const { system, demo: made } = bench.running;
  const location = known(made.locations, 'Lab');
  // Two groups: of the same group the second life would begin where the first ended, without an end in between (S5.1).
  const lives = ['a member new to Salto', 'a prepared member'];
  const figures: Figure[] = [];
  let person: Seat['person'] | undefined;
  for (const [index, groupId] of (await new Salto(system).makeGroups(lives.length)).entries()) {
    for (const seat of await makeSeats(system, location, groupId, 1)) {
      person ??= seat.person;
      figures.push(...(await oneLife(system, { ...seat, person }, lives[index] ?? '', tell)));
    }
  }
  return figures;
};

async function oneLife(system: System, seat: Seat, who: string, tell: Stage['tell']): Promise<Figure[]> {
  const since = Date.now();
  const startsAt = since + OPENS_AHEAD_MS;
  const booked = await book(system, seat, startsAt, startsAt + OPEN_MS);
  await settled(system, [booked], 'ended');
  await delay(1_000); // its workflow's last task, and with it the end of the history
  const histories = await Histories.connect(system);
  const events = await histories.ofBooking(booked.booking.id);
  await histories.close();
  const calls = (await callsSince(system, since, '**')).filter((call) => isOf(call.traceparent, booked.traceId));
  const kinds = Map.groupBy(events, ({ type }) => type);
  tell(`  ${who}: ${[...kinds].map(([type, of]) => `${of.length} ${type}`).join(', ')}`);
  return [
    figure(`events of a whole life, ${who}`, `${EVENTS_AIM}`, `${events.length}`, events.length <= EVENTS_AIM),
    figure(`calls to Salto KS, ${who}`, '1 add, 1 remove, reads', `${calls.length}: ${operationsOf(calls)}`),
  ];
}

function isOf(traceparent: string | null, traceId: string): boolean {
  return traceparent?.split('-')[1] === traceId;
}
