import { z } from 'zod';
import { uuid } from '../values.ts';
import { resourceKind } from '../billing/resource.ts';
import { aggregateBody, displayName, edit, pageOf } from './common.ts';

const named = z.array(uuid).max(500).default([]);

/** Who may book a resource: nobody (the default), every member of the location, or those named. */
export const bookableBy = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('nobody') }),
    z.strictObject({ kind: z.literal('everyone') }),
    z.strictObject({
      kind: z.literal('named'),
      personIds: named,
      /** Everybody who belongs to one of these companies. */
      companyIds: named,
      /** Everybody whom a running subscription to one of these plans covers. */
      planIds: named,
      /** Everybody who pays with a day pass of their company. */
      withDayPass: z.boolean().default(false),
    }),
  ])
  .meta({ id: 'BookableBy' });
export type BookableBy = z.infer<typeof bookableBy>;

const capacity = z.int().min(1).max(1000);

export const newResource = z
  .strictObject({
    locationId: uuid,
    kind: resourceKind,
    name: displayName,
    /** The most people whom a booking lets in, its owner included. */
    capacity,
    bookableBy: bookableBy.default({ kind: 'nobody' }),
  })
  .meta({ id: 'NewResource' });
export type NewResource = z.infer<typeof newResource>;

export const resourceEdit = edit({ name: displayName, capacity, bookableBy }).meta({ id: 'ResourceEdit' });
export type ResourceEdit = z.infer<typeof resourceEdit>;

export const resourceBody = z
  .object({ ...aggregateBody, locationId: uuid, kind: resourceKind, name: z.string(), capacity, bookableBy })
  .meta({ id: 'Resource' });
export type ResourceBody = z.infer<typeof resourceBody>;
export const resourcePage = pageOf(resourceBody, 'ResourcePage');
