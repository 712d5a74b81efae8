import fc from 'fast-check';
import { localTimeAt, weekdays } from './local-time.ts';
import { completeDate, endOfMinute, scheduleContains, startOfMinute, type TimeSchedule } from './schedule.ts';

const everyDay = {
  monday: true,
  tuesday: true,
  wednesday: true,
  thursday: true,
  friday: true,
  saturday: true,
  sunday: true,
};

function schedule(change: Partial<TimeSchedule>): TimeSchedule {
  const always = { start_time: '00:00:00', end_time: '23:59:59', start_date: null, end_date: null };
  return { id: 's', ...everyDay, ...always, ...change };
}

/** For how many minutes of an interval the lock opens. */
function openMinutes(of: TimeSchedule, zone: string, from: string, hours: number): number {
  const start = Date.parse(from);
  let minutes = 0;
  for (let at = 0; at < hours * 60; at += 1) {
    if (scheduleContains(of, localTimeAt(start + at * 60_000, zone))) minutes += 1;
  }
  return minutes;
}

const zones = ['Europe/Paris', 'America/New_York', 'Africa/Cairo', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
const anyInstant = fc.integer({ min: Date.parse('2020-01-01Z'), max: Date.parse('2035-01-01Z') });

describe('the rule of a time schedule', () => {
  const night = schedule({ start_time: '01:00:00', end_time: '03:59:59' });

  it('opens one to four for three hours on an ordinary day', () => {
    expect(openMinutes(night, 'Europe/Paris', '2026-03-27T23:00:00Z', 24)).toBe(180);
  });

  it('opens for two hours when the clocks go forward, and for four when they go back', () => {
    expect(openMinutes(night, 'Europe/Paris', '2026-03-28T23:00:00Z', 23)).toBe(120);
    expect(openMinutes(night, 'Europe/Paris', '2026-10-24T22:00:00Z', 25)).toBe(240);
    expect(openMinutes(night, 'America/New_York', '2026-03-08T05:00:00Z', 23)).toBe(120);
    expect(openMinutes(night, 'America/New_York', '2026-11-01T04:00:00Z', 25)).toBe(240);
  });

  it('opens at no other time than its own, by any wall clock', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...zones), (instant, zone) => {
        const local = localTimeAt(instant, zone);
        // Another formatter and locale than the rule uses.
        const hour = Number(new Date(instant).toLocaleTimeString('sv-SE', { timeZone: zone }).slice(0, 2));
        const hours = schedule({ start_time: '09:00:00', end_time: '17:59:59' });
        expect(scheduleContains(hours, local)).toBe(hour >= 9 && hour < 18);
        expect(scheduleContains(schedule({}), local)).toBe(true);
      }),
    );
  });

  it('opens on the days that are on', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...zones), fc.constantFrom(...weekdays), (instant, zone, closed) => {
        const day = new Date(instant).toLocaleDateString('en-US', { timeZone: zone, weekday: 'long' }).toLowerCase();
        expect(scheduleContains(schedule({ [closed]: false }), localTimeAt(instant, zone))).toBe(day !== closed);
      }),
    );
  });

  it('opens within its dates, both ends included', () => {
    const march = schedule({ start_date: '2026-03-01T00:00:00', end_date: '2026-03-31T23:59:59' });
    const opensAt = (instant: string) => scheduleContains(march, localTimeAt(Date.parse(instant), 'America/New_York'));
    expect(opensAt('2026-03-01T04:59:59Z')).toBe(false);
    expect(opensAt('2026-03-01T05:00:00Z')).toBe(true);
    expect(opensAt('2026-04-01T03:59:59Z')).toBe(true);
    expect(opensAt('2026-04-01T04:00:00Z')).toBe(false);
  });

  it('reads times and dates as Salto does', () => {
    expect([startOfMinute('09:00'), endOfMinute('18:00'), endOfMinute('18:00:00'), endOfMinute('23:59:59')]).toEqual([
      '09:00:00',
      '18:00:59',
      '18:00:59',
      '23:59:59',
    ]);
    expect(completeDate('2026-03-31', '23:59:59')).toBe('2026-03-31T23:59:59');
    expect(completeDate(undefined, '00:00:00')).toBeNull();
  });
});
