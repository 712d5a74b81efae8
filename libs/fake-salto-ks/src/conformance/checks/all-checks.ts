import type { CheckGroup } from '../check.ts';
import { callerChecks } from './caller.checks.ts';
import { consentChecks } from './consent.checks.ts';
import { entryChecks } from './entries.checks.ts';
import { groupLockChecks } from './group-locks.checks.ts';
import { groupChecks } from './groups.checks.ts';
import { guestChecks } from './guests.checks.ts';
import { hubChecks } from './hub.checks.ts';
import { identityChecks } from './identity.checks.ts';
import { listChecks } from './lists.checks.ts';
import { memberChecks } from './members.checks.ts';
import { seatChecks } from './seats.checks.ts';
import { siteChecks } from './sites.checks.ts';
import { timeScheduleChecks } from './time-schedules.checks.ts';
import { userChecks } from './users.checks.ts';

/** The suite, in the order in which it runs and is printed. */
export const checkGroups: readonly CheckGroup[] = [
  ...[identityChecks, consentChecks, callerChecks],
  ...[siteChecks, listChecks, userChecks, seatChecks, guestChecks],
  ...[groupChecks, memberChecks, groupLockChecks, timeScheduleChecks],
  ...[entryChecks, hubChecks],
];
