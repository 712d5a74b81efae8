import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';
import { calendarDate, instant } from '../values.ts';

export const subscriptionHolder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), personId: z.uuid() }),
  z.object({ kind: z.literal('company'), companyId: z.uuid() }),
]);

export const subscriptionItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), id: z.uuid(), planId: z.uuid() }),
  z.object({ kind: z.literal('resource'), id: z.uuid(), resourceId: z.uuid() }),
]);

/** Decides nothing about access: see the specification. */
export const paymentStatus = z.enum(['paid', 'unpaid', 'overdue']);

export const subscriptionState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  holder: subscriptionHolder,
  items: z.array(subscriptionItem).min(1),
  /** The first day, from its first instant in the location's time zone. */
  startOn: calendarDate,
  /** The last day, wholly included; null where no end is known. */
  lastDayOn: calendarDate.nullable(),
  /** When it was cancelled at once; null otherwise. */
  cancelledAt: instant.nullable(),
  paymentStatus,
  /** When it was made: its items copied the settings valid then. */
  madeAt: instant,
  /** The other half of a switch of plans. */
  replacesId: z.uuid().nullable(),
  replacedById: z.uuid().nullable(),
});

export type SubscriptionState = z.infer<typeof subscriptionState>;
export const subscriptionEvents = defineAggregate('billing', 'subscription', topics.subscriptions, subscriptionState);
