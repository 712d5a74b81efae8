import type { LocalTime, Weekday } from './local-time.ts';

/** When an access group opens: these days, daily from–to, within dates. All of it naive local time of the site. */
export interface TimeSchedule extends Record<Weekday, boolean> {
  id: string;
  /** HH:MM:SS */
  start_time: string;
  /** HH:MM:SS, inclusive: Salto reads "18:00" back as "18:00:59". */
  end_time: string;
  /** YYYY-MM-DDTHH:MM:SS, inclusive, or no limit. */
  start_date: string | null;
  /** YYYY-MM-DDTHH:MM:SS, inclusive (a guess: Salto does not say), or no limit. */
  end_date: string | null;
}

/** Whether a lock with this schedule opens when its wall clock shows `local`. */
export function scheduleContains(schedule: TimeSchedule, local: LocalTime): boolean {
  const moment = `${local.date}T${local.time}`;
  return (
    schedule[local.weekday] &&
    schedule.start_time <= local.time &&
    local.time <= schedule.end_time &&
    (schedule.start_date === null || schedule.start_date <= moment) &&
    (schedule.end_date === null || moment <= schedule.end_date)
  );
}

/** "9:00"-like input is refused before; this completes HH:MM to HH:MM:SS as Salto reads it back. */
export function startOfMinute(time: string): string {
  return time.length === 5 ? `${time}:00` : time;
}

/** An end includes its whole minute: "18:00" and "18:00:00" become "18:00:59". */
export function endOfMinute(time: string): string {
  const seconds = time.slice(6);
  return seconds === '' || seconds === '00' ? `${time.slice(0, 5)}:59` : time;
}

/** Completes a date to the date-time at which it begins or ends. */
export function completeDate(date: string | null | undefined, time: '00:00:00' | '23:59:59'): string | null {
  if (!date) return null;
  return date.length === 10 ? `${date}T${time}` : date.slice(0, 19);
}
