import { z } from 'zod';
import { uuid } from '../values.ts';
import { pageOf } from './common.ts';

/** The gateway's aggregates, as its event routes name them. */
export const billingAggregate = z.enum([
  'location',
  'plan',
  'resource',
  'person',
  'company',
  'subscription',
  'booking',
]);
export type BillingAggregate = z.infer<typeof billingAggregate>;

/** What a consumer compares with what it has seen: a lost event shows here. */
export const aggregateVersions = pageOf(
  z.object({ id: uuid, version: z.int().min(1), isDeleted: z.boolean() }),
  'AggregateVersions',
);
export type AggregateVersions = z.infer<typeof aggregateVersions>;

/** The present state of an aggregate, as its event would be published now. */
export const presentEvent = z
  .object({
    type: z.string(),
    aggregate: billingAggregate,
    id: uuid,
    version: z.int().min(1),
    data: z.unknown(),
  })
  .meta({ id: 'PresentEvent' });
export type PresentEvent = z.infer<typeof presentEvent>;

/** Publishes present states again: of these ids, or of all. */
export const resyncRequest = z
  .strictObject({ aggregate: billingAggregate, ids: z.array(uuid).min(1).max(1000).optional() })
  .meta({ id: 'ResyncRequest' });
export type ResyncRequest = z.infer<typeof resyncRequest>;

export const resyncAnswer = z.object({ republished: z.int().min(0) }).meta({ id: 'ResyncAnswer' });
