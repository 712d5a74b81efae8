import { toInstant } from '@latchkey/access-domain/time-zone';
import { Temporal } from 'temporal-polyfill';

/** When a booking is: what the person chose, and the instants (epoch ms) that follow from it in the zone. */
export interface Slot {
  readonly startsLocal: string;
  readonly endsLocal: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly timeZone: string;
}

/** Each edge as wall time or as an instant with offset; an edge that is not given stays what it is. */
export interface SlotRequest {
  readonly startsLocal?: string | undefined;
  readonly startsAt?: string | undefined;
  readonly endsLocal?: string | undefined;
  readonly endsAt?: string | undefined;
}

interface Edge {
  readonly local: string;
  readonly at: number;
}

/** What is asked for, as a slot at a location with this zone. @param present what an edge left out keeps */
export function slotOf(request: SlotRequest, timeZone: string, present?: Slot): Slot {
  const start = edgeOf(request.startsLocal, request.startsAt, timeZone, 'start');
  const end = edgeOf(request.endsLocal, request.endsAt, timeZone, 'end');
  const kept = present && inZone(present, timeZone);
  const { local: startsLocal, at: startsAt } = start ?? { local: kept!.startsLocal, at: kept!.startsAt };
  const { local: endsLocal, at: endsAt } = end ?? { local: kept!.endsLocal, at: kept!.endsAt };
  return { startsLocal, endsLocal, startsAt, endsAt, timeZone };
}

/** The same wall time in another zone: the zone was corrected, or the booking moves to another place (S5.6). */
export function inZone(slot: Slot, timeZone: string): Slot {
  const { startsLocal, endsLocal } = slot;
  const startsAt = instantIn(timeZone, startsLocal, slot.startsAt, 'start');
  const endsAt = instantIn(timeZone, endsLocal, slot.endsAt, 'end');
  // A start in a gap of the new zone moves forward, perhaps past the end: then the end goes with it.
  const isUpsideDown = endsAt <= startsAt;
  return {
    startsLocal,
    endsLocal,
    startsAt,
    endsAt: isUpsideDown ? startsAt + slot.endsAt - slot.startsAt : endsAt,
    timeZone,
  };
}

/** What clocks in a zone show at an instant (epoch ms). */
export function wallTimeAt(instant: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime().toString();
}

function edgeOf(
  local: string | undefined,
  at: string | undefined,
  timeZone: string,
  edge: 'start' | 'end',
): Edge | undefined {
  if (local !== undefined) return { local, at: toInstant(local, timeZone, edge) };
  if (at === undefined) return undefined;
  const instant = Date.parse(at);
  return { local: wallTimeAt(instant, timeZone), at: instant };
}

/** An instant that reads the same in the new zone stays: it tells which half of a repeated hour was meant. */
function instantIn(timeZone: string, local: string, known: number, edge: 'start' | 'end'): number {
  const reads = Temporal.PlainDateTime.from(wallTimeAt(known, timeZone));
  return reads.equals(Temporal.PlainDateTime.from(local)) ? known : toInstant(local, timeZone, edge);
}
