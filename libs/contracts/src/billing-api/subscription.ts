import { z } from 'zod';
import { paymentStatus, subscriptionHolder, subscriptionItem } from '../billing/subscription.ts';
import { calendarDate, instant, uuid } from '../values.ts';
import { aggregateBody, edit, pageOf } from './common.ts';

const holder = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('member'), personId: uuid }),
  z.strictObject({ kind: z.literal('company'), companyId: uuid }),
]);

export const newSubscriptionItem = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan'), planId: uuid }),
  z.strictObject({ kind: z.literal('resource'), resourceId: uuid }),
]);
export type NewSubscriptionItem = z.infer<typeof newSubscriptionItem>;

const items = z
  .array(newSubscriptionItem)
  .min(1)
  .max(20)
  .refine((list) => new Set(list.map(itemSource)).size === list.length, 'names a plan or resource twice');

function itemSource(item: NewSubscriptionItem): string {
  return item.kind === 'plan' ? item.planId : item.resourceId;
}

/** The end date is the last day; the start may lie in the past. */
export const newSubscription = z
  .strictObject({
    locationId: uuid,
    holder,
    items,
    startOn: calendarDate,
    endOn: calendarDate.nullable().default(null),
    paymentStatus: paymentStatus.default('unpaid'),
  })
  .refine(({ startOn, endOn }) => endOn === null || endOn >= startOn, { path: ['endOn'], error: 'before the start' })
  .meta({ id: 'NewSubscription' });
export type NewSubscription = z.infer<typeof newSubscription>;

/** `endOn: null` withdraws the scheduled end. Whether it is paid changes nothing about access. */
export const subscriptionEdit = edit({ endOn: calendarDate.nullable(), paymentStatus }).meta({
  id: 'SubscriptionEdit',
});
export type SubscriptionEdit = z.infer<typeof subscriptionEdit>;

/** With a date, that is the last day, and a later call moves it; without one it ends at once, for good. */
export const subscriptionCancellation = z
  .strictObject({ lastDayOn: calendarDate.optional() })
  .meta({ id: 'SubscriptionCancellation' });
export type SubscriptionCancellation = z.infer<typeof subscriptionCancellation>;

/** The switch: the old one's last day is the day before `effectiveOn`; if that is today, it ends now. */
export const subscriptionReplacement = z
  .strictObject({
    items,
    effectiveOn: calendarDate,
    endOn: calendarDate.nullable().default(null),
    paymentStatus: paymentStatus.optional(),
  })
  .refine(({ effectiveOn, endOn }) => endOn === null || endOn >= effectiveOn, {
    path: ['endOn'],
    error: 'before the start',
  })
  .meta({ id: 'SubscriptionReplacement' });
export type SubscriptionReplacement = z.infer<typeof subscriptionReplacement>;

export const subscriptionBody = z
  .object({
    ...aggregateBody,
    locationId: uuid,
    holder: subscriptionHolder,
    items: z.array(subscriptionItem),
    startOn: calendarDate,
    /** The scheduled end, and the last day of a cancellation at a date; the earlier one counts. */
    endOn: calendarDate.nullable(),
    cancelOn: calendarDate.nullable(),
    lastDayOn: calendarDate.nullable(),
    cancelledAt: instant.nullable(),
    paymentStatus,
    madeAt: instant,
    replacesId: uuid.nullable(),
    replacedById: uuid.nullable(),
  })
  .meta({ id: 'Subscription' });
export type SubscriptionBody = z.infer<typeof subscriptionBody>;
export const subscriptionPage = pageOf(subscriptionBody, 'SubscriptionPage');

export const subscriptionSwitch = z
  .object({ ended: subscriptionBody, started: subscriptionBody })
  .meta({ id: 'SubscriptionSwitch' });
