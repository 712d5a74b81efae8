import type { CheckedGroup, RefusalReason } from '@latchkey/contracts';

/** The likely cause of a refusal although Salto KS has the membership, and what helps. */
export interface DoorRemedy {
  readonly cause: string;
  readonly remedy: string;
}

const REMEDIES: Readonly<Record<RefusalReason, DoorRemedy>> = {
  no_access: {
    cause:
      "The lock does not know the member's key: the access group has no time schedule, the key was never activated, or the lock has not been updated since.",
    remedy:
      'Give the group a time schedule in Salto KS, see that the member has activated a key there, and that the lock is on line.',
  },
  suspended: {
    cause: "The member's Salto user has no seat.",
    remedy: 'Add seats in Salto KS, or remove users who need none; then subscribe the user there.',
  },
  denied: {
    cause:
      'The lock knows the member and refuses the key: the user is blocked or expired in Salto KS, or it is outside the time schedule of the group.',
    remedy: 'Unblock the user in Salto KS, and compare the time schedule of the group with the hours that are meant.',
  },
  offline: {
    cause: 'The lock was off line.',
    remedy: 'Bring the lock or its IQ back on line.',
  },
  unknown: {
    cause: 'The lock refused, and Salto KS does not say why.',
    remedy: "Look at the lock's entries in Salto KS.",
  },
};

type GroupLint = CheckedGroup['problems'][number]['code'];

/** What the hourly look at the group may have found already, and the refusals that it explains. */
const EXPLAINED_BY_GROUP: readonly (DoorRemedy & { lint: GroupLint; reasons: readonly RefusalReason[] })[] = [
  {
    lint: 'group_without_schedule',
    reasons: ['no_access', 'denied'],
    cause: 'The access group has no time schedule, so it opens nothing.',
    remedy: 'Give the group a time schedule in Salto KS.',
  },
  {
    lint: 'group_schedule_restrictive',
    reasons: ['no_access', 'denied'],
    cause: 'The access group opens at certain hours only, and this was probably another.',
    remedy: 'Compare the time schedule of the group in Salto KS with the hours that are meant.',
  },
];

/** @param groupLint what is known to be wrong with the grant's group */
export function doorRemedyFor(reason: RefusalReason, groupLint: readonly string[]): DoorRemedy {
  const known = EXPLAINED_BY_GROUP.find(({ lint, reasons }) => groupLint.includes(lint) && reasons.includes(reason));
  const { cause, remedy } = known ?? REMEDIES[reason];
  return { cause, remedy };
}
