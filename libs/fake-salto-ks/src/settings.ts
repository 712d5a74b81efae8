import { z } from 'zod';

/** How this Salto KS behaves where the real one varies, is slow, or is not known. Changed by `PATCH /_fake/settings`. */
export const settingsSchema = z.strictObject({
  /** Lifetime of an access token. */
  token_lifetime_seconds: z.number().int().positive(),
  /** Whether a refresh spends the refresh token and gives a new one. Salto's policy is unknown. */
  refresh_token_rotation: z.boolean(),
  /** What using a spent refresh token again costs: nothing more, or (RFC 9700) every token of that consent. A guess. */
  refresh_token_reuse: z.enum(['refused', 'revokes_consent']),
  /** Lifetime of a refresh token. Salto's is unknown; ten years is as good as for ever. */
  refresh_token_lifetime_seconds: z.number().int().positive(),
  /** How long a new user has no roles and cannot be used (2202, 2203). Measured: mostly about 2, at times 60. */
  user_spread_seconds: z.number().nonnegative(),
  /** How long a deleted user is still shown. Measured: under 10; its seat is free at once. */
  user_delete_seconds: z.number().nonnegative(),
  /** How long a changed membership, a new PIN or a deletion takes to reach the locks. Measured: at most 45. */
  lock_spread_seconds: z.number().nonnegative(),
  /** How long a changed time schedule takes to reach the locks. Measured for a new one: about 210. */
  schedule_spread_seconds: z.number().nonnegative(),
  /**
   * For how many days a lock that is off line lets in whom it let in before, though their access has ended. Salto has 1
   * to 255 per lock, and 7 unless chosen otherwise (documented); 0 is never.
   */
  offline_credential_days: z.number().int().min(0).max(255),
  /** Adding a member that is in, or removing one that is not. Salto's answer is unknown; success is our guess. */
  repeated_member_change: z.enum(['succeeds', 'fails']),
  /** What one item of a group's user list is. Measured to carry the platform id; the full shape is unknown. */
  group_user_shape: z.enum(['platform_user', 'site_user']),
  /** Lists that answer a bare array instead of an envelope. Measured: sites always, users once. */
  bare_array_lists: z.array(z.enum(['sites', 'users', 'access_groups', 'group_users', 'locks'])),
  /** How a new PIN is answered. Measured: a bare JSON string; public clients also read plain text. */
  pin_answer: z.enum(['json_string', 'plain_text']),
  /** Wrong one-time codes of an account at an IQ before it is blocked, per command. Measured: 8, and once 3. */
  otp_failures_allowed: z.number().int().positive(),
  /** How long that block lasts. Measured: it ends by itself; how soon is unknown. */
  otp_block_seconds: z.number().nonnegative(),
  /** Items on one page of an enveloped list. Salto's is unknown. */
  page_size: z.number().int().positive(),
  /** Calls about one site in any second beyond which the answer is 429. Salto has a limit and does not publish it; null is none. */
  calls_per_second: z.number().int().positive().nullable(),
  /** What chance is drawn from, for faults with a probability and the like: the same seed gives the same. */
  seed: z.number().int(),
  /** What the event hub does with a connection whose token has expired. */
  hub_token_expiry: z.enum(['closes', 'goes_silent']),
  /** The probability, at each message, that the hub silently loses that site on that connection. */
  hub_drop_probability: z.number().min(0).max(1),
  /** Whether the hub's message carries an entry as an object or as JSON text. Salto's is unknown. */
  hub_entry_shape: z.enum(['object', 'text']),
  /** How often the hub pings. SignalR's default. */
  hub_ping_seconds: z.number().positive(),
  /** How long the hub waits for a client that says nothing. SignalR's default. */
  hub_client_timeout_seconds: z.number().positive(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** The longest delays that were measured at Salto, and its own number of days for keys at locks that are off line. */
export const measuredDelays = {
  user_spread_seconds: 60,
  user_delete_seconds: 10,
  lock_spread_seconds: 45,
  schedule_spread_seconds: 210,
  offline_credential_days: 7,
} as const satisfies Partial<Settings>;

/** As Salto was measured, but without `measuredDelays`, which would slow every test down. */
export const defaultSettings: Settings = {
  token_lifetime_seconds: 3600,
  refresh_token_rotation: true,
  refresh_token_reuse: 'refused',
  refresh_token_lifetime_seconds: 10 * 365 * 86_400,
  user_spread_seconds: 0,
  user_delete_seconds: 0,
  lock_spread_seconds: 0,
  schedule_spread_seconds: 0,
  offline_credential_days: 0,
  repeated_member_change: 'succeeds',
  group_user_shape: 'platform_user',
  bare_array_lists: ['sites'],
  pin_answer: 'json_string',
  otp_failures_allowed: 8,
  otp_block_seconds: 900,
  page_size: 100,
  calls_per_second: null,
  seed: 1,
  hub_token_expiry: 'closes',
  hub_drop_probability: 0,
  hub_entry_shape: 'object',
  hub_ping_seconds: 15,
  hub_client_timeout_seconds: 30,
};
