import { startOfDay } from '@latchkey/access-domain/time-zone';
import fc from 'fast-check';
import { addDays, dateAt } from '../calendar.ts';
import { replacementOf } from './replacement.ts';
import { isOver, lastDayOf, periodOf, rentalPeriodOf } from './subscription-period.ts';

const open = { endOn: null, cancelOn: null, cancelledAt: null };
const zones = ['Europe/Paris', 'America/New_York', 'Africa/Cairo', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'] as const;
const zone = fc.constantFrom(...zones);
const date = fc.integer({ min: 0, max: 3000 }).map((days) => addDays('2024-01-01', days));
const DAY_MS = 86_400_000;

test.each([
  ['1 March to 31 March in New York', 'America/New_York', '2026-03-01T05:00Z', '2026-04-01T04:00Z'],
  ['1 March to 31 March in Paris', 'Europe/Paris', '2026-02-28T23:00Z', '2026-03-31T22:00Z'],
])('%s begins and ends at its own midnights, whatever the clocks do between', (_what, timeZone, starts, ends) => {
  const period = periodOf({ ...open, startOn: '2026-03-01', endOn: '2026-03-31' }, timeZone);
  expect(period).toEqual({ startsAt: Date.parse(starts), endsAt: Date.parse(ends) });
});

test('a leap day is a whole day', () => {
  const period = periodOf({ ...open, startOn: '2028-02-29', endOn: '2028-02-29' }, 'UTC');
  expect(period).toEqual({ startsAt: Date.parse('2028-02-29T00:00Z'), endsAt: Date.parse('2028-03-01T00:00Z') });
});

test('a day whose midnight is skipped begins after the gap', () => {
  const period = periodOf({ ...open, startOn: '2026-04-24' }, 'Africa/Cairo');
  expect(period.startsAt).toBe(Date.parse('2026-04-24T01:00+03:00'));
});

test('the earlier of the scheduled end and a cancellation counts', () => {
  expect(lastDayOf({ endOn: '2026-12-31', cancelOn: '2026-06-30' })).toBe('2026-06-30');
  expect(lastDayOf({ endOn: '2026-05-31', cancelOn: '2026-06-30' })).toBe('2026-05-31');
  expect(lastDayOf({ endOn: null, cancelOn: '2026-06-30' })).toBe('2026-06-30');
  expect(lastDayOf(open)).toBeNull();
});

test('a subscription is over from the first instant of the day after its last, and once cancelled', () => {
  const dates = { ...open, startOn: '2026-03-01', endOn: '2026-03-31' };
  const end = Date.parse('2026-03-31T22:00Z');
  expect(isOver(dates, 'Europe/Paris', end - 1)).toBe(false);
  expect(isOver(dates, 'Europe/Paris', end)).toBe(true);
  expect(isOver({ ...dates, cancelledAt: 1 }, 'Europe/Paris', 0)).toBe(true);
});

test('a rental holds nothing of the past, and nothing once it was cancelled before its start', () => {
  const madeAt = Date.parse('2026-03-10T12:00Z');
  const dates = { ...open, startOn: '2026-03-01', madeAt };
  expect(rentalPeriodOf(dates, 'UTC')).toEqual({ startsAt: madeAt, endsAt: null });
  expect(rentalPeriodOf({ ...dates, startOn: '2026-04-01', cancelledAt: madeAt + 1 }, 'UTC')).toBeNull();
  expect(rentalPeriodOf({ ...dates, endOn: '2026-03-05' }, 'UTC')).toBeNull();
});

test('whatever the day and zone, a switch leaves neither gap nor overlap of days to come', () => {
  fc.assert(
    fc.property(zone, date, fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 400 }), (...drawn) => {
      const [timeZone, startOn, age, ahead] = drawn;
      const today = addDays(startOn, age);
      const effectiveOn = addDays(today, ahead);
      const old = { ...open, startOn };
      const half = replacementOf(old, effectiveOn, today);
      const cancelOn = half.kind === 'ends after' ? half.lastDayOn : null;
      expect(periodOf({ ...old, cancelOn }, timeZone).endsAt).toBe(startOfDay(effectiveOn, timeZone));
    }),
  );
});

test('a switch today, or before the old half began, ends the old half now', () => {
  expect(replacementOf({ ...open, startOn: '2026-03-01' }, '2026-03-10', '2026-03-10')).toEqual({ kind: 'ends now' });
  expect(replacementOf({ ...open, startOn: '2026-05-01' }, '2026-04-01', '2026-03-10')).toEqual({ kind: 'ends now' });
});

test('a switch in the past, or after the old half has ended, is refused', () => {
  const old = { ...open, startOn: '2026-03-01', endOn: '2026-03-31' };
  expect(replacementOf(old, '2026-03-09', '2026-03-10')).toEqual({ kind: 'refused', reason: 'in the past' });
  expect(replacementOf(old, '2026-04-02', '2026-03-10')).toEqual({ kind: 'refused', reason: 'leaves a gap' });
  expect(replacementOf(old, '2026-04-01', '2026-03-10')).toEqual({ kind: 'ends after', lastDayOn: '2026-03-31' });
});

test('the date at an instant is the one whose day holds it', () => {
  fc.assert(
    fc.property(zone, fc.integer({ min: 1_700_000_000_000, max: 1_950_000_000_000 }), (timeZone, instant) => {
      const day = dateAt(instant, timeZone);
      expect(startOfDay(day, timeZone)).toBeLessThanOrEqual(instant);
      expect(startOfDay(addDays(day, 1), timeZone)).toBeGreaterThan(instant);
      expect(startOfDay(addDays(day, 1), timeZone) - startOfDay(day, timeZone)).toBeLessThan(1.5 * DAY_MS);
    }),
  );
});
