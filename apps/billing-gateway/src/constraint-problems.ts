import { conflict, type ConstraintProblems } from '@latchkey/service-kit';
import { accountAlreadyBound } from './accounts/account-binding.ts';
import { occupancyProblems } from './occupancy/occupancy.repository.ts';

/** What the database's own rules mean to a caller, where two requests raced each other. */
export const constraintProblems: ConstraintProblems = {
  ...occupancyProblems,
  person_email: () =>
    conflict(
      'email_taken',
      'Another person has this e-mail.',
      'Find that person and give it a role at your location, or use another address.',
    ),
  account_pkey: accountAlreadyBound,
};
