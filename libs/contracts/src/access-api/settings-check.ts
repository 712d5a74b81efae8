import { z } from 'zod';
import { groupId } from './access-setting.ts';

/** The access groups that a location's site has, as the adapter lists them. */
export const settingsCheck = z.strictObject({ groupIds: z.array(groupId).max(5_000) }).meta({ id: 'SettingsCheck' });
export type SettingsCheck = z.infer<typeof settingsCheck>;

/** A setting that names groups which the site does not have: it gives less than it seems to, or nothing. */
export const lostSetting = z.object({
  kind: z.enum(['plan', 'resource', 'subscription_item']),
  id: z.uuid(),
  /** Of an item. */
  subscriptionId: z.uuid().nullable(),
  missingGroupIds: z.array(z.string()),
});

export const settingsCheckAnswer = z.object({ items: z.array(lostSetting) }).meta({ id: 'SettingsCheckAnswer' });
export type SettingsCheckAnswer = z.infer<typeof settingsCheckAnswer>;
