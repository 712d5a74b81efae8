import { endOfDay, startOfDay } from '@latchkey/access-domain/time-zone';

/** The dates of a subscription; instants are epoch ms. */
export interface SubscriptionDates {
  readonly startOn: string;
  readonly endOn: string | null;
  readonly cancelOn: string | null;
  readonly cancelledAt: number | null;
}

export interface Period {
  readonly startsAt: number;
  /** Exclusive; null where no end is known. */
  readonly endsAt: number | null;
}

/** The last day, wholly included: the earlier one of the scheduled end and a cancellation at a date (S3.2). */
export function lastDayOf({ endOn, cancelOn }: Pick<SubscriptionDates, 'endOn' | 'cancelOn'>): string | null {
  if (endOn === null || cancelOn === null) return endOn ?? cancelOn;
  return endOn < cancelOn ? endOn : cancelOn;
}

/** From the first instant of the first day to that of the day after the last, or to a cancellation now (S3.1, S3.2). */
export function periodOf(dates: SubscriptionDates, zone: string): Period {
  const lastDay = lastDayOf(dates);
  const ends = [lastDay === null ? null : endOfDay(lastDay, zone), dates.cancelledAt].filter((end) => end !== null);
  return { startsAt: startOfDay(dates.startOn, zone), endsAt: ends.length === 0 ? null : Math.min(...ends) };
}

/** Whether it has ended, so that nothing about its period can change any more. */
export function isOver(dates: SubscriptionDates, zone: string, now: number): boolean {
  if (dates.cancelledAt !== null) return true;
  const { endsAt } = periodOf(dates, zone);
  return endsAt !== null && endsAt <= now;
}

/**
 * When a rental of the subscription holds its resource: its period, but nothing that was past when it was made. So a
 * switch of plans today, whose new half begins at 00:00, does not collide with what the old half held until now.
 * Null where nothing is left.
 */
export function rentalPeriodOf(dates: SubscriptionDates & { readonly madeAt: number }, zone: string): Period | null {
  const { startsAt, endsAt } = periodOf(dates, zone);
  const from = Math.max(startsAt, dates.madeAt);
  return endsAt !== null && endsAt <= from ? null : { startsAt: from, endsAt };
}
