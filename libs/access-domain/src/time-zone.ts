import { Temporal } from 'temporal-polyfill';

/**
 * The first instant of a calendar date (`2026-03-01`) in an IANA zone, epoch ms. Where midnight is skipped the day
 * begins after the gap, where it is repeated with the earlier one.
 * Throws a `RangeError` for what is no date or no zone.
 */
export function startOfDay(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
}

/** The instant at which a last day, wholly included, is over: the next day's first instant. */
export function endOfDay(lastDate: string, zone: string): number {
  return Temporal.PlainDate.from(lastDate).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/**
 * The instant of a wall time without offset (`2026-03-29T12:00`) in an IANA zone, epoch ms. In a gap the time moves
 * forward by the gap's length; in a repeated hour a start takes the earlier instant and an end the later, so that
 * nobody gets less than was agreed.
 * Throws a `RangeError` for what is no wall time or no zone.
 */
export function toInstant(wallTime: string, zone: string, edge: 'start' | 'end'): number {
  const disambiguation = edge === 'start' ? 'compatible' : 'later';
  return Temporal.PlainDateTime.from(wallTime).toZonedDateTime(zone, { disambiguation }).epochMilliseconds;
}

/** An instant (epoch ms) as people at the place read it: `2026-03-29 11:30 Europe/Paris`. */
export function describeInstant(instant: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime();
  return `${local.toString({ smallestUnit: 'minute' }).replace('T', ' ')} ${zone}`;
}
