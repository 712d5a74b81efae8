/**
 * What a refusal's `code` means. Codes are part of the API: programs branch on them, so none ever changes its meaning.
 * A test holds this list against the code.
 */
export const problemCodes: Readonly<Record<string, string>> = {
  account_already_bound: 'This sign-in belongs to a person already.',
  booking_ends_before_start: 'The booking ends before it starts, or as it does.',
  booking_for_others: "A member books for itself; a manager for the company's people with its day passes.",
  booking_in_the_past: 'The start or the end has passed. Administrators may note a start in the past.',
  booking_not_yours: 'Invitees see a booking, and may leave it; its owner changes it.',
  booking_over: 'The booking is cancelled, or over with its grace period.',
  booking_too_far_ahead: 'The booking starts more than two years ahead.',
  booking_too_long: 'A booking lasts 31 days at most.',
  day_pass_desk_only: 'A day pass pays for a desk.',
  day_pass_elsewhere: 'The company of the day pass belongs to another location.',
  day_pass_one_day: 'A day pass pays for a booking within one day.',
  day_pass_used: 'The booking with a day pass has begun: it stays on its day.',
  capacity_below_bookings: 'A booking has more people than the resource would hold.',
  email_not_verified: 'The issuer does not say that the e-mail is verified.',
  email_taken: 'Another person has this e-mail.',
  end_before_start: 'The last day lies before the first.',
  end_in_the_past: 'The last day is over already at the location.',
  invitation_invalid: 'The invitation was used, replaced, has expired, or never was.',
  invitee_is_owner: 'The owner of a booking is let in already.',
  invitees_rooms_only: 'People are invited to bookings of rooms.',
  last_location: 'The person is known at no other location: delete it instead.',
  location_not_yours: 'Only administrators of the location, or programs of all locations, may do that.',
  no_day_pass_left: 'The company has no day pass left for that day.',
  nothing_to_withdraw: 'The subscription is not cancelled at a date.',
  owner_not_of_company: 'The owner does not belong to the company whose day pass is to pay.',
  person_not_a_member: 'The person is not a member of the location.',
  person_of_other_locations: 'It takes an administrator of all locations that know the person.',
  plan_in_use: 'Subscriptions to the plan are not over.',
  plan_not_open: 'The plan is not open to sign-up.',
  replacement_leaves_gap: 'The old subscription ends before the day of the switch.',
  resource_booked: 'The resource is booked at that time.',
  resource_not_bookable: 'The resource cannot be booked, or not by that person.',
  resource_rented: 'The resource is rented by a subscription at that time.',
  room_full: 'The room does not hold so many.',
  sign_up_for_others: 'A member signs up for itself only.',
  sign_up_terms: 'A sign-up is to plans, from today on, not paid yet.',
  start_in_the_past: 'The day of the switch is over already at the location.',
  subscription_over: 'The subscription is over.',
  subscription_replaced: 'Another subscription stands in for this one.',
  swap_across_locations: 'Bookings of different locations are moved, not swapped.',
  swap_with_itself: 'A booking cannot be swapped with itself.',
  verification_not_yours: 'Only another system can say that an e-mail is verified.',
};

/** The list in Markdown, for the API document. */
export function describeProblemCodes(): string {
  const rows = Object.entries(problemCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return ['| code | meaning |', '|---|---|', ...rows].join('\n');
}
