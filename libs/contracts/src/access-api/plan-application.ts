import { z } from 'zod';

/** Gives the existing subscriptions to a plan the groups that it has now (S1.6). */
export const planApplicationRequest = z
  .strictObject({
    /** The version of the plan's setting that was seen. */
    version: z.int().min(0),
    /** Also where somebody chose other groups for the subscription itself. */
    includeChosenByHand: z.boolean().default(false),
    /** Only tells what would change. */
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'PlanApplicationRequest' });
export type PlanApplicationRequest = z.infer<typeof planApplicationRequest>;

/** `chosen_by_hand`: it differs since somebody chose for it; those are left alone unless they are asked for too. */
export const planApplicationState = z.enum(['same', 'differs', 'chosen_by_hand']);
export type PlanApplicationState = z.infer<typeof planApplicationState>;

export const planApplicationAnswer = z
  .object({
    isDryRun: z.boolean(),
    /** What the plan gives now. */
    groupIds: z.array(z.string()),
    /** How many items of running and future subscriptions have been found so. */
    found: z.object({ same: z.int().min(0), differs: z.int().min(0), chosen_by_hand: z.int().min(0) }),
    /** What changed, or would: items, their subscriptions, and the people who have those now. */
    changed: z.object({ items: z.int().min(0), subscriptions: z.int().min(0), people: z.int().min(0) }),
    /** Those that differed, 500 at most, with the groups that they gave before. */
    items: z.array(
      z.object({
        subscriptionId: z.uuid(),
        itemId: z.uuid(),
        state: planApplicationState,
        groupIds: z.array(z.string()),
        isChanged: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'PlanApplication' });
export type PlanApplicationAnswer = z.infer<typeof planApplicationAnswer>;
