import type { TimeScheduleAnswer } from '../salto-ks/access-groups.client.ts';
import { lintGroup, wallClock } from './group-lint.ts';

const everyDay = {
  monday: true,
  tuesday: true,
  wednesday: true,
  thursday: true,
  friday: true,
  saturday: true,
  sunday: true,
};

function schedule(change: Partial<TimeScheduleAnswer> = {}): TimeScheduleAnswer {
  return { ...everyDay, start_time: '00:00:00', end_time: '23:59:59', start_date: null, end_date: null, ...change };
}

test('the time at a site is that of its zone, or UTC where Salto’s name for the zone is unknown', () => {
  const now = Date.parse('2026-03-29T01:30:00Z');
  expect(wallClock(now, 'Europe/Paris')).toBe('2026-03-29T03:30:00');
  expect(wallClock(now, 'Romance Standard Time')).toBe('2026-03-29T01:30:00');
});

const lint = (schedules: TimeScheduleAnswer[], lockCount = 1) =>
  lintGroup({ schedules, lockCount, localNow: '2026-03-29T02:30:00' });

test('a group that always opens its locks is fine', () => {
  expect(lint([schedule()])).toEqual([]);
  expect(lint([schedule({ end_time: '23:59:00' })])).toEqual([]);
});

test('a group without a time schedule opens nothing, nor does one whose schedules are over', () => {
  expect(lint([])).toEqual(['group_without_schedule']);
  expect(lint([schedule({ end_date: '2026-03-29T02:29:59' })])).toEqual(['group_without_schedule']);
});

test('a group without a lock opens nothing', () => {
  expect(lint([schedule()], 0)).toEqual(['group_without_locks']);
  expect(lint([], 0)).toEqual(['group_without_locks', 'group_without_schedule']);
});

test.each([
  ['in office hours', [schedule({ start_time: '09:00:00', end_time: '17:59:59' })]],
  ['on weekdays', [schedule({ saturday: false, sunday: false })]],
  ['until a date', [schedule({ end_date: '2027-01-01T00:00:00' })]],
  ['from a date on', [schedule({ start_date: '2026-04-01T00:00:00' })]],
  ['but for the night', [schedule({ end_time: '21:59:59' }), schedule({ start_time: '23:00:00' })]],
])('a group that opens only %s is pointed out', (_, schedules) => {
  expect(lint(schedules)).toEqual(['group_schedule_restrictive']);
});

test('schedules that cover the week together are as good as one', () => {
  const [weekdays, weekend] = [
    schedule({ saturday: false, sunday: false }),
    schedule({ monday: false, tuesday: false, wednesday: false, thursday: false, friday: false }),
  ];
  expect(lint([weekdays, weekend])).toEqual([]);
  expect(lint([schedule({ start_time: '12:00:00' }), schedule({ end_time: '11:59:59' })])).toEqual([]);
  expect(lint([schedule({ end_time: '11:59:00' }), schedule({ start_time: '12:00:00' })])).toEqual([]);
});
