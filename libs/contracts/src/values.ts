import { z } from 'zod';

/** An id, in small letters whatever was sent: ids are compared as texts. */
export const uuid = z.uuid().toLowerCase();

/** An instant, RFC 3339 in UTC with milliseconds. */
export const instant = z.iso.datetime();

/** A calendar date, `2026-03-29`. */
export const calendarDate = z.iso.date();

/** Wall time without a zone, to the minute or finer: `2026-03-29T12:00`. */
export const wallTime = z.iso.datetime({ local: true }).refine((text) => !text.endsWith('Z'), 'wall time has no zone');

/** An IANA time zone that this runtime knows, `Europe/Paris`. */
export const timeZone = z.string().refine(isTimeZone, 'not an IANA time zone').meta({ example: 'Europe/Paris' });

function isTimeZone(name: string): boolean {
  try {
    return name.includes('/') ? new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined : name === 'UTC';
  } catch {
    return false;
  }
}
