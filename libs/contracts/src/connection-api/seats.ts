import { z } from 'zod';
import { instant } from '../values.ts';

/** A site's seats: how many people Salto lets open doors, and which of them are members of ours. */
export const seatsBody = z
  .object({
    siteId: z.uuid(),
    used: z.int().min(0),
    limit: z.int().min(0),
    /** 80 % of them are taken, or more. */
    isWarning: z.boolean(),
    /** When Salto told these figures. */
    readAt: instant,
    /** Members whose seat is given back some time after their last access ends, and those whose seat stays. */
    releasedMemberIds: z.array(z.uuid()),
    keptMemberIds: z.array(z.uuid()),
    releaseAfterSeconds: z.int().min(0),
  })
  .meta({ id: 'Seats' });
export type SeatsBody = z.infer<typeof seatsBody>;

/** A time in which more people need a seat than there are seats. */
export const seatShortage = z
  .object({
    /** From when on, and until when; null where no end is known. */
    startsAt: instant,
    endsAt: instant.nullable(),
    /** `startsAt` in wall time at the location, `2026-03-29 11:30 Europe/Paris`. */
    startsLocal: z.string(),
    /** How many seats are missing at the worst. */
    missing: z.int().min(1),
    /** Who comes last then, and would go without a seat; of the location's members only. */
    memberIds: z.array(z.uuid()),
  })
  .meta({ id: 'SeatShortage' });
export type SeatShortage = z.infer<typeof seatShortage>;

export const seatForecastBody = z
  .object({
    siteId: z.uuid(),
    used: z.int().min(0),
    limit: z.int().min(0),
    isWarning: z.boolean(),
    readAt: instant,
    /** Within the next 14 days, the earliest first. */
    shortages: z.array(seatShortage),
  })
  .meta({ id: 'SeatForecast' });
export type SeatForecastBody = z.infer<typeof seatForecastBody>;
