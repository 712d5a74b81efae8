import type { GroupLintCode } from '@latchkey/access-workflows';
import type { TimeScheduleAnswer } from '../salto-ks/access-groups.client.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';

export interface GroupFacts {
  readonly schedules: readonly TimeScheduleAnswer[];
  readonly lockCount: number;
  /** The site's wall clock, YYYY-MM-DDTHH:MM:SS: schedules are naive local time. */
  readonly localNow: string;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const LAST_MINUTE = '23:59';

/**
 * What is wrong with a group as such. Salto answers 200 everywhere when a group has no time schedule or no lock, and
 * its members open nothing. One that opens at certain hours only is allowed, and worth knowing.
 */
export function lintGroup({ schedules, lockCount, localNow }: GroupFacts): GroupLintCode[] {
  const current = schedules.filter(({ end_date: end }) => !end || localNow <= end);
  const findings: GroupLintCode[] = [];
  if (lockCount === 0) findings.push('group_without_locks');
  if (current.length === 0) findings.push('group_without_schedule');
  else if (!isAlways(current, localNow)) findings.push('group_schedule_restrictive');
  return findings;
}

/** Whether the schedules together open all day, every day, with no end in sight. */
function isAlways(schedules: readonly TimeScheduleAnswer[], localNow: string): boolean {
  const unlimited = schedules.filter(({ start_date: start, end_date: end }) => !end && (!start || start <= localNow));
  return WEEKDAYS.every((weekday) => coversTheDay(unlimited.filter((schedule) => schedule[weekday])));
}

function coversTheDay(schedules: readonly TimeScheduleAnswer[]): boolean {
  let coveredUntil = '';
  for (const { start_time: start, end_time: end } of schedules.toSorted((a, b) =>
    a.start_time < b.start_time ? -1 : 1,
  )) {
    const joins = coveredUntil === '' ? start.startsWith('00:00') : start.slice(0, 5) <= minuteAfter(coveredUntil);
    if (!joins) return false;
    if (end > coveredUntil) coveredUntil = end;
  }
  return coveredUntil.slice(0, 5) >= LAST_MINUTE;
}

/** HH:MM of the minute after HH:MM:SS, since an end includes its whole minute. */
function minuteAfter(time: string): string {
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) + 1;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Lints a group as it is at Salto now. @throws SaltoKsError */
export async function lintOf(site: SaltoKsSite, groupId: string): Promise<GroupLintCode[]> {
  const [schedules, locks, { time_zone: timeZone }] = await Promise.all([
    site.accessGroups.timeSchedules(groupId),
    site.accessGroups.locks(groupId),
    site.site(),
  ]);
  return lintGroup({ schedules, lockCount: locks.length, localNow: wallClock(Date.now(), timeZone ?? 'UTC') });
}

/** YYYY-MM-DDTHH:MM:SS in a zone; in UTC where Salto's name for it is no IANA zone. */
export function wallClock(now: number, timeZone: string): string {
  const format = (zone: string) => new Date(now).toLocaleString('sv', { timeZone: zone }).replace(' ', 'T');
  try {
    return format(timeZone);
  } catch {
    return format('UTC');
  }
}
