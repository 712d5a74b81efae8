import { describeInstant, endOfDay, startOfDay, toInstant } from './time-zone.ts';

const iso = (instant: number): string => new Date(instant).toISOString();

describe('the start of a day', () => {
  it.each([
    ['an ordinary day', '2026-03-01', 'America/New_York', '2026-03-01T05:00:00.000Z'],
    ['a day in summer time', '2026-07-01', 'Europe/Paris', '2026-06-30T22:00:00.000Z'],
    ['the day of the change to summer time', '2026-03-29', 'Europe/Paris', '2026-03-28T23:00:00.000Z'],
    ['the day of the change to winter time', '2026-10-25', 'Europe/Paris', '2026-10-24T22:00:00.000Z'],
    ['a leap day', '2028-02-29', 'Europe/Paris', '2028-02-28T23:00:00.000Z'],
    ['a day whose midnight is skipped begins at 01:00', '2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    ['the day after a repeated 23:00', '2026-10-30', 'Africa/Cairo', '2026-10-29T22:00:00.000Z'],
    ['a repeated midnight is the earlier one', '2026-10-25', 'Atlantic/Azores', '2026-10-25T00:00:00.000Z'],
    ['a day that does not exist begins with the next', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['a zone without an offset', '2026-01-01', 'UTC', '2026-01-01T00:00:00.000Z'],
  ])('%s', (_, date, zone, expected) => {
    expect(iso(startOfDay(date, zone))).toBe(expected);
  });

  it('is where the day before ends', () => {
    expect(endOfDay('2026-03-31', 'America/New_York')).toBe(startOfDay('2026-04-01', 'America/New_York'));
    expect(endOfDay('2028-02-28', 'Europe/Paris')).toBe(startOfDay('2028-02-29', 'Europe/Paris'));
    expect(endOfDay('2026-12-31', 'UTC')).toBe(startOfDay('2027-01-01', 'UTC'));
  });
});

describe('the instant of a wall time', () => {
  it.each([
    ['ordinary', '2026-06-01T12:00', 'Europe/Paris', '2026-06-01T10:00:00.000Z', '2026-06-01T10:00:00.000Z'],
    [
      'in a gap moves forward',
      '2026-03-29T02:30',
      'Europe/Paris',
      '2026-03-29T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'in a repeated hour starts early and ends late',
      '2026-10-25T02:30',
      'Europe/Paris',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'in a repeated hour in New York',
      '2026-11-01T01:30',
      'America/New_York',
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T06:30:00.000Z',
    ],
  ])('%s', (_, wallTime, zone, start, end) => {
    expect(iso(toInstant(wallTime, zone, 'start'))).toBe(start);
    expect(iso(toInstant(wallTime, zone, 'end'))).toBe(end);
  });

  it('refuses what is no wall time or no zone', () => {
    expect(() => toInstant('2026-06-01T12:00Z', 'Europe/Paris', 'start')).toThrow(RangeError);
    expect(() => toInstant('noon', 'Europe/Paris', 'start')).toThrow(RangeError);
    expect(() => startOfDay('2026-02-29', 'Europe/Paris')).toThrow(RangeError);
    expect(() => startOfDay('2026-02-28', 'Europe/Atlantis')).toThrow(RangeError);
  });
});

it('an instant reads as the wall time of its zone', () => {
  expect(describeInstant(Date.UTC(2026, 2, 29, 9, 30), 'Europe/Paris')).toBe('2026-03-29 11:30 Europe/Paris');
});
