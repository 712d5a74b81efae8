import { z } from 'zod';
import { instant } from '../values.ts';

/** An access group of Salto KS, by its id there. */
export const groupId = z.string().trim().min(1).max(200);

/** What an administrator chooses for a plan, a resource or a subscription's item; none is "not selected" (S2.1). */
export const accessChoice = z
  .strictObject({
    groupIds: z
      .array(groupId)
      .max(50)
      .refine((ids) => new Set(ids).size === ids.length, 'a group is named twice'),
  })
  .meta({ id: 'AccessChoice' });
export type AccessChoice = z.infer<typeof accessChoice>;

export const accessSettingBody = z
  .object({
    /** How often it was chosen; 0 where it never was. Also its ETag. */
    version: z.int().min(0),
    /** The groups that it gives now. An item that nobody chose for gives those that it copied (S2.2). */
    groupIds: z.array(z.string()),
    /** What it gave before, newest first; the present choice included, at most 100. */
    history: z.array(
      z.object({
        groupIds: z.array(z.string()),
        validFrom: instant,
        /** Null: it is valid now. */
        validTo: instant.nullable(),
        /** `person:<id>` or `service:<client>`; null for what an item copied when its subscription was made. */
        chosenBy: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'AccessSetting' });
export type AccessSettingBody = z.infer<typeof accessSettingBody>;
