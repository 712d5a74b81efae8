/**
 * What can keep a grant from being made or revoked. The adapter gives the code, a grant shows it with its remedy, and
 * scripts may branch on it: a code never changes its meaning.
 */
export const failureCodes = [
  // Salto KS, or the way to it.
  'provider_unavailable',
  'rate_limited',
  'not_yet_propagated',
  'request_refused',
  'unknown_provider_error',
  // The connection.
  'connection_missing',
  'connection_disconnected',
  'connection_needs_reconnect',
  'access_token_refused',
  'insufficient_permissions',
  'site_subscription_expired',
  // The group.
  'group_missing',
  'group_without_schedule',
  'group_without_locks',
  'group_schedule_restrictive',
  'group_with_foreign_members',
  // What somebody else did in Salto KS.
  'membership_removed_externally',
  'membership_unexplained',
  // The member's Salto user.
  'seat_limit_reached',
  'user_not_subscribed',
  'user_deleted_externally',
  'user_blocked',
  'user_out_of_reach',
  'user_link_lost',
  'email_conflict',
  'email_missing',
  'person_missing',
  'person_unavailable',
  // The door.
  'refused_at_door',
  'lock_offline',
  // Latchkey itself.
  'pair_busy',
  'pair_lock_lost',
  'database_unavailable',
  'attempt_timed_out',
  'internal_error',
  'unexpected_error',
] as const;

export type FailureCode = (typeof failureCodes)[number];
