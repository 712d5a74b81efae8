import { z } from 'zod';

/** Salto's answers, as far as we read them: unknown members are ignored, ids are opaque text. */
const id = z.string().min(1);

export const siteAnswer = z.object({
  id,
  customer_reference: z.string().nullish(),
  time_zone: z.string().nullish(),
  subscription_valid: z.boolean().optional(),
  /** Seats taken, and seats that there are. */
  active_user_amount: z.int().min(0).optional(),
  subscribed_user_amount: z.int().min(0).optional(),
});

/** The token's owner. */
export const accountAnswer = z.object({
  id,
  email: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
});

export const subscriptionAnswer = z.object({ user_amount: z.int().min(0) });

export const roleAnswer = z.object({ id, code: z.string() });

/** `roles` is empty for up to a minute after creation. */
export const siteUserAnswer = z.object({
  id,
  user: z.object({ id, email: z.string().nullish() }),
  roles: z.array(z.object({ code: z.string() })).default([]),
  alias: z.string().nullish(),
  subscription_state: z.string().optional(),
  blocked: z.boolean().nullish(),
  /** Locks refuse the user from then on, whatever its groups. */
  expires_at: z.string().nullish(),
});
export type SiteUserAnswer = z.infer<typeof siteUserAnswer>;

/** The caller on a site. */
export const siteMeAnswer = z.object({ roles: z.array(z.object({ code: z.string() })).default([]) });

/** A group's member is a platform user or a site user that holds one; which of the two is not documented. */
export const groupMemberAnswer = z
  .object({ id, user: z.object({ id }).optional() })
  .transform((item) => item.user?.id ?? item.id);

/** A list comes as a bare array or as an envelope, and the same list as either. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .union([z.array(item), z.object({ items: z.array(item), next_page_link: z.string().nullish() })])
    .transform((list) => (Array.isArray(list) ? { items: list, next_page_link: null } : list));
}

/** An error body, also found inside a 2xx. */
export const errorBody = z.object({ ErrorCode: z.union([z.number(), z.string()]).transform(String) });
