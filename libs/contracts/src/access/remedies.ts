import type { FailureCode } from './failure-code.ts';

const AGAIN = 'Nothing to do: it is tried again.';
const LOOK_INTO_LOGS = 'It is tried again. If it goes on, look for the code in the logs of the salto-adapter.';

const REMEDIES: Readonly<Record<FailureCode, string>> = {
  provider_unavailable: AGAIN,
  rate_limited: AGAIN,
  not_yet_propagated: 'Nothing to do: Salto KS takes a moment to know a new user.',
  request_refused: 'Salto KS refuses this request: look for the code in the logs of the salto-adapter.',
  unknown_provider_error: LOOK_INTO_LOGS,
  connection_missing: 'Connect Salto KS on the Integrations page of the location.',
  connection_disconnected: 'Connect Salto KS again on the Integrations page of the location.',
  access_token_refused: AGAIN,
  connection_needs_reconnect: 'Reconnect Salto KS on the Integrations page of the location.',
  insufficient_permissions: 'Give the connected Salto account the role of site administrator.',
  site_subscription_expired: 'Renew the Salto KS subscription of the site.',
  seat_limit_reached: 'Add seats in Salto KS, or remove users who need none.',
  user_not_subscribed:
    'Give the user a seat in Salto KS, then retry: Latchkey does not change users that it did not make.',
  group_missing: 'The group is gone in Salto KS: choose another in the access settings.',
  group_without_schedule: 'Give the group a time schedule in Salto KS.',
  group_without_locks: 'Add locks to the group in Salto KS.',
  group_with_foreign_members:
    'Decide about the people in the group whom Latchkey did not put there: adopt or leave them.',
  group_schedule_restrictive: 'The group opens at certain hours only: change its time schedule, if that is not meant.',
  membership_removed_externally: 'Somebody took the member out of the group in Salto KS: retry, if that was a mistake.',
  membership_unexplained: 'Look in Salto KS who put the member there, then adopt or leave the membership.',
  user_blocked: 'Unblock the user in Salto KS, then retry.',
  refused_at_door: 'See the cause that Salto KS gave, and whether the lock is on line.',
  lock_offline: 'Bring the lock or its IQ back on line.',
  user_deleted_externally: 'The Salto user was deleted in Salto KS: retry to make a new one.',
  user_out_of_reach: 'The connected Salto account may not change this user: check its role at the site.',
  user_link_lost:
    'The adapter’s database was restored and does not know the member’s Salto user: take it out of the group in Salto KS.',
  email_conflict:
    'See the cause. Confirm the user that waits for it, or have the member verify or change its e-mail: it is tried again by itself. After a change in Salto KS, retry.',
  email_missing: 'Give the person an e-mail address: it is tried again by itself.',
  person_missing: 'The person was deleted in billing.',
  person_unavailable: AGAIN,
  pair_busy: AGAIN,
  pair_lock_lost: AGAIN,
  database_unavailable: AGAIN,
  attempt_timed_out: LOOK_INTO_LOGS,
  internal_error: LOOK_INTO_LOGS,
  unexpected_error: LOOK_INTO_LOGS,
};

/** What somebody can do about a failure, in a sentence. */
export function remedyFor(code: string): string {
  return (REMEDIES as Readonly<Record<string, string>>)[code] ?? 'If it goes on, look the code up in the runbook.';
}
