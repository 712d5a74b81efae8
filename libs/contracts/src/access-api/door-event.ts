import { z } from 'zod';
import { entryState } from '../access/entry.ts';
import { pageOf } from '../billing-api/common.ts';

/** A member at a door, as the door tells it. */
export const doorEventBody = entryState
  .pick({ id: true, siteId: true, lockId: true, outcome: true, reason: true, accessBy: true, at: true })
  .extend({
    /** Whether a grant that opens this door was in effect: refused all the same, it warns on that grant (S11.3). */
    wasGranted: z.boolean(),
  })
  .meta({ id: 'DoorEvent' });
export type DoorEventBody = z.infer<typeof doorEventBody>;
export const doorEventPage = pageOf(doorEventBody, 'DoorEventPage');
