import { bookingWindow, REPLACEMENT_WAIT_MS, subscriptionWindow } from './access-window.ts';
import { endOfDay, startOfDay, toInstant } from './time-zone.ts';

const GRACE_MS = 30 * 60_000;
const iso = (instant: number | null | undefined): string | null =>
  typeof instant === 'number' ? new Date(instant).toISOString() : null;

function booking(day: string, from: string, to: string, zone: string) {
  const startsAt = toInstant(`${day}T${from}`, zone, 'start');
  const endsAt = toInstant(`${day}T${to}`, zone, 'end');
  return { startsAt, endsAt, cancelledAt: null };
}

describe('the window of a booking is wider by the grace period (S4.1)', () => {
  const days = [
    ['an ordinary day', '2026-06-10', 'Europe/Paris', '2026-06-10', 'America/New_York'],
    ['the change to summer time', '2026-03-29', 'Europe/Paris', '2026-03-08', 'America/New_York'],
    ['the change to winter time', '2026-10-25', 'Europe/Paris', '2026-11-01', 'America/New_York'],
  ].flatMap(([what, paris, parisZone, newYork, newYorkZone]) => [
    [what, paris, parisZone],
    [what, newYork, newYorkZone],
  ]) as [string, string, string][];

  it.each(days)('12:00–16:00 opens 11:30–16:30 on %s, %s %s', (_, day, zone) => {
    expect(bookingWindow(booking(day, '12:00', '16:00', zone), GRACE_MS)).toEqual({
      opensAt: toInstant(`${day}T11:30`, zone, 'start'),
      closesAt: toInstant(`${day}T16:30`, zone, 'end'),
    });
  });

  it.each(days)('9:30–11:30 opens 9:00–12:00 on %s, %s %s', (_, day, zone) => {
    expect(bookingWindow(booking(day, '09:30', '11:30', zone), GRACE_MS)).toEqual({
      opensAt: toInstant(`${day}T09:00`, zone, 'start'),
      closesAt: toInstant(`${day}T12:00`, zone, 'end'),
    });
  });

  it('reaches into the skipped hour as real time does', () => {
    const window = bookingWindow(booking('2026-03-29', '03:15', '05:00', 'Europe/Paris'), GRACE_MS);
    expect(iso(window?.opensAt)).toBe('2026-03-29T00:45:00.000Z'); // 01:45, half an hour of real time before
  });

  it('ends with its cancellation', () => {
    const made = { startsAt: 100 * GRACE_MS, endsAt: 104 * GRACE_MS, cancelledAt: 101 * GRACE_MS };
    expect(bookingWindow(made, GRACE_MS)).toEqual({ opensAt: 99 * GRACE_MS, closesAt: 101 * GRACE_MS });
  });

  it('is empty when it was cancelled before it opened', () => {
    const made = { startsAt: 100 * GRACE_MS, endsAt: 104 * GRACE_MS, cancelledAt: 99 * GRACE_MS };
    expect(bookingWindow(made, GRACE_MS)).toBeNull();
  });
});

describe('the window of a subscription is whole days of the location (S3.1, S3.2)', () => {
  function subscription(startOn: string, lastDayOn: string | null, zone: string, cancelledAt: number | null = null) {
    return {
      startsAt: startOfDay(startOn, zone),
      endsAt: lastDayOn === null ? null : endOfDay(lastDayOn, zone),
      cancelledAt,
      awaitsReplacement: false,
    };
  }

  it.each([
    ['2026-03-01', '2026-03-31', 'America/New_York', '2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z'],
    ['2026-04-24', '2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'],
    ['2026-10-25', '2026-10-25', 'Atlantic/Azores', '2026-10-25T00:00:00.000Z', '2026-10-26T01:00:00.000Z'],
    ['2028-02-29', '2028-02-29', 'Europe/Paris', '2028-02-28T23:00:00.000Z', '2028-02-29T23:00:00.000Z'],
  ])('%s to %s in %s', (startOn, lastDayOn, zone, opensAt, closesAt) => {
    const window = subscriptionWindow(subscription(startOn, lastDayOn, zone));
    expect([iso(window?.opensAt), iso(window?.closesAt)]).toEqual([opensAt, closesAt]);
  });

  it('goes on without an end date', () => {
    expect(subscriptionWindow(subscription('2026-03-01', null, 'UTC'))?.closesAt).toBeNull();
  });

  it('ends at once when cancelled now, but not later than it would have', () => {
    const noon = Date.UTC(2026, 2, 10, 12);
    expect(subscriptionWindow(subscription('2026-03-01', '2026-03-31', 'UTC', noon))?.closesAt).toBe(noon);
    expect(subscriptionWindow(subscription('2026-03-01', '2026-03-05', 'UTC', noon))?.closesAt).toBe(
      Date.UTC(2026, 2, 6),
    );
  });

  it('waits a little for the replacement that is not known yet (S3.5)', () => {
    const old = { ...subscription('2026-03-01', '2026-03-31', 'UTC'), awaitsReplacement: true };
    expect(subscriptionWindow(old)?.closesAt).toBe(Date.UTC(2026, 3, 1) + REPLACEMENT_WAIT_MS);
  });
});
