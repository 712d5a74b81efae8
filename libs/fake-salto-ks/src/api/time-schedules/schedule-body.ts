import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { weekdays } from '../../door/local-time.ts';
import { completeDate, endOfMinute, startOfMinute, type TimeSchedule } from '../../door/schedule.ts';
import { measured } from '../../http/errors.ts';

const day = z.boolean().default(false);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must be HH:MM or HH:MM:SS');
const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/, 'must be naive local time, YYYY-MM-DDTHH:MM:SS')
  .nullish();

/** A time schedule as one sends it. Day names are booleans of their own, not a list (measured). */
export const scheduleSchema = z.object({
  monday: day,
  tuesday: day,
  wednesday: day,
  thursday: day,
  friday: day,
  saturday: day,
  sunday: day,
  start_time: time.default('00:00:00'),
  end_time: time.default('23:59:59'),
  start_date: date,
  end_date: date,
});
export type ScheduleBody = z.output<typeof scheduleSchema>;

/** The schedule as Salto keeps it. 400 1101 without any day (measured), or when it ends before it starts (a guess). */
export function scheduleFrom(body: ScheduleBody, id: string = randomUUID()): TimeSchedule {
  if (!weekdays.some((name) => body[name])) throw measured.validation('At least one day should be selected');
  const schedule = {
    ...body,
    id,
    start_time: startOfMinute(body.start_time),
    end_time: endOfMinute(body.end_time),
    start_date: completeDate(body.start_date, '00:00:00'),
    end_date: completeDate(body.end_date, '23:59:59'),
  };
  if (schedule.end_time < schedule.start_time) throw measured.validation('end_time must be after start_time');
  return schedule;
}
