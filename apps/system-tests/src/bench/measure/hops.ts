import type { System } from '../../system/system.ts';
import type { Booked } from '../cast/book.ts';
import { inLanes } from '../cast/in-lanes.ts';
import { grantTimes, publications } from './outboxes.ts';
import { addsByTrace } from './salto-calls.ts';
import { first, Histories } from './workflow-history.ts';

/** How long each part of the way took, ms, in the order of the way. */
export interface Hops {
  /** From the request to the gateway until Salto had answered the add, by booking. */
  readonly untilInGroup: readonly number[];
  readonly byHop: ReadonlyMap<string, readonly number[]>;
}

/**
 * Splits the way of bookings that opened at once, by what each part wrote down itself: outboxes, histories, and the fake
 * Salto KS. All run on one machine, hence by one clock.
 */
export async function hopsOf(system: System, siteId: string, booked: readonly Booked[], since: number): Promise<Hops> {
  const ids = booked.map(({ booking }) => booking.id);
  const published = await publications(system, ids);
  const consumed = await grantTimes(system, ids);
  const active = await grantTimes(system, ids, 'active');
  const adds = await addsByTrace(system, siteId, since);
  const histories = await Histories.connect(system);
  const ways = await inLanes(booked, 4, async ({ booking: { id }, traceId, sentAt, answeredAt }) => {
    const events = await histories.ofBooking(id);
    const { appendedAt, publishedAt } = known(published, id);
    const { receivedAt, answeredAt: addedAt } = known(adds, traceId);
    const startedAt = first(events, 'WorkflowExecutionStarted');
    const plannedAt = first(events, 'ActivityTaskScheduled');
    const attemptAt = first(events, 'ActivityTaskStarted');
    return {
      "all: until Salto's group has the member": addedAt - sentAt,
      'the gateway answers (beside the way)': answeredAt - sentAt,
      'gateway: request → committed': appendedAt - sentAt,
      'outbox: committed → Kafka has it': publishedAt - appendedAt,
      'consumer: Kafka → ledger': known(consumed, id) - publishedAt,
      'relay: ledger → workflow started': startedAt - known(consumed, id),
      'plan: started → attempt scheduled': plannedAt - startedAt,
      'task queue: scheduled → attempt begins': attemptAt - plannedAt,
      'adapter: attempt begins → Salto has the add': receivedAt - attemptAt,
      'Salto: the add': addedAt - receivedAt,
      'afterwards: added → confirmed, active': known(active, id) - addedAt,
    };
  });
  await histories.close();
  const hops = Object.keys(ways[0] ?? {}) as (keyof (typeof ways)[number])[];
  const [whole, ...parts] = hops.map((hop) => [hop, ways.map((way) => way[hop])] as const);
  return { untilInGroup: whole?.[1] ?? [], byHop: new Map(parts) };
}

function known<Value>(map: ReadonlyMap<string, Value>, key: string): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`nothing was written down about ${key}`);
  return value;
}
