const REMEDIES: Readonly<Record<string, string>> = {
  provider_unavailable: 'Nothing to do: it is tried again.',
  rate_limited: 'Nothing to do: it is tried again.',
  not_yet_propagated: 'Nothing to do: Salto KS takes a moment to know a new user.',
  connection_needs_reconnect: 'Reconnect Salto KS on the Integrations page of the location.',
  insufficient_permissions: 'Give the connected Salto account the role of site administrator.',
  site_subscription_expired: 'Renew the Salto KS subscription of the site.',
  seat_limit_reached: 'Add seats in Salto KS, or remove users who need none.',
  user_not_subscribed: 'Give the user a seat in Salto KS.',
  group_missing: 'The group is gone in Salto KS: choose another in the access settings.',
  group_without_schedule: 'Give the group a time schedule in Salto KS.',
  group_without_locks: 'Add locks to the group in Salto KS.',
  email_conflict: 'Confirm in the console whose Salto user has this e-mail.',
  email_missing: 'Give the person an e-mail address.',
};

/** What somebody can do about a failure, in a sentence. */
export function remedyFor(code: string): string {
  return REMEDIES[code] ?? 'If it goes on, look the code up in the runbook.';
}
