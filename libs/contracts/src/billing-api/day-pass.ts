import { z } from 'zod';
import { calendarDate, instant, uuid } from '../values.ts';
import { pageOf } from './common.ts';

/** Day passes given together. Each pays for one booking of a desk, within one day (S9.1). */
export const newDayPassBatch = z
  .strictObject({
    count: z.int().min(1).max(10_000),
    /** The first and the last day that they pay for; without them, any. */
    validFrom: calendarDate.nullable().default(null),
    validUntil: calendarDate.nullable().default(null),
    /** A subscription of the company that holds them: then they pay for days of its period only. */
    subscriptionId: uuid.nullable().default(null),
  })
  .refine(({ validFrom, validUntil }) => validFrom === null || validUntil === null || validUntil >= validFrom, {
    path: ['validUntil'],
    error: 'before validFrom',
  })
  .meta({ id: 'NewDayPassBatch' });
export type NewDayPassBatch = z.infer<typeof newDayPassBatch>;

export const dayPassBatchBody = z
  .object({
    id: uuid,
    companyId: uuid,
    subscriptionId: uuid.nullable(),
    count: z.int(),
    /** How many bookings they pay for; one cancelled before its start gave its pass back. */
    taken: z.int(),
    validFrom: calendarDate.nullable(),
    validUntil: calendarDate.nullable(),
    madeAt: instant,
  })
  .meta({ id: 'DayPassBatch' });
export type DayPassBatchBody = z.infer<typeof dayPassBatchBody>;
export const dayPassBatchPage = pageOf(dayPassBatchBody, 'DayPassBatchPage');

/** How many passes of a company are left to pay for a day. */
export const dayPassBalance = z.object({ on: calendarDate, left: z.int() }).meta({ id: 'DayPassBalance' });
export type DayPassBalance = z.infer<typeof dayPassBalance>;
