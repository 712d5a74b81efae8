/**
 * What a refusal's `code` means. Codes are part of the API: programs branch on them, so none ever changes its meaning.
 * A test holds this list against the code.
 */
export const problemCodes: Readonly<Record<string, string>> = {
  account_already_bound: 'This sign-in belongs to a person already.',
  email_not_verified: 'The issuer does not say that the e-mail is verified.',
  email_taken: 'Another person has this e-mail.',
  end_before_start: 'The last day lies before the first.',
  end_in_the_past: 'The last day is over already at the location.',
  invitation_invalid: 'The invitation was used, replaced, has expired, or never was.',
  last_location: 'The person is known at no other location: delete it instead.',
  nothing_to_withdraw: 'The subscription is not cancelled at a date.',
  person_not_a_member: 'The person is not a member of the location.',
  person_of_other_locations: 'It takes an administrator of all locations that know the person.',
  plan_in_use: 'Subscriptions to the plan are not over.',
  plan_not_open: 'The plan is not open to sign-up.',
  replacement_leaves_gap: 'The old subscription ends before the day of the switch.',
  resource_booked: 'The resource is booked at that time.',
  resource_rented: 'The resource is rented by a subscription at that time.',
  sign_up_for_others: 'A member signs up for itself only.',
  sign_up_terms: 'A sign-up is to plans, from today on, not paid yet.',
  start_in_the_past: 'The day of the switch is over already at the location.',
  subscription_over: 'The subscription is over.',
  subscription_replaced: 'Another subscription stands in for this one.',
  verification_not_yours: 'Only another system can say that an e-mail is verified.',
};

/** The list in Markdown, for the API document. */
export function describeProblemCodes(): string {
  const rows = Object.entries(problemCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return ['| code | meaning |', '|---|---|', ...rows].join('\n');
}
