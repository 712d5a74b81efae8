import type { FaultRuleInput } from '@latchkey/fake-salto-ks';
import type { OperationName } from './cell.ts';
import { MINUTE_MS, roomA } from './matrix-rig.ts';
import type { FaultId } from './matrix.ts';
import { plays } from './plays.ts';
import type { Stage } from './stage.ts';

type Effect = FaultRuleInput['effect'];

/** How a fault comes and goes. Rules of the fake go by themselves. */
export interface Fault {
  put(stage: Stage, operation: OperationName): void | Promise<void>;
  /** What a person does about it, as the remedy says. */
  cure?(stage: Stage): void | Promise<void>;
  /** Callers do not wait for its answer. */
  readonly isSilent?: true;
  /** The member's user was made just now; otherwise an hour ago, so that it is looked at again. */
  readonly isUserNew?: true;
}

/** On the operation's call, each time. */
const rule = (effect: Effect, more: Partial<Fault> = {}): Fault => ({
  put: (stage, operation) => stage.fault({ ...plays[operation].call, effect }),
  ...more,
});

const silent = { isSilent: true } as const;
const onNew = { isUserNew: true } as const;
const unknownUser = { kind: 'answer', status: 404, body: { ErrorCode: 2202, Message: 'User not found' } } as const;
const noPermission = { kind: 'answer', status: 403, body: { ErrorCode: 2203, Message: 'No permission' } } as const;
const unknownError = { kind: 'error_in_success', error_code: 9999 } as const;

export const faults: Readonly<Record<FaultId, Fault>> = {
  unauthorized: rule({ kind: 'unauthorized' }),
  invalidGrant: {
    put: async (stage) => {
      await stage.rig.expireToken();
      await stage.takeOver();
      stage.fault({ operation: 'refresh_token', effect: { kind: 'invalid_grant' } });
    },
  },
  roleLost: {
    put: ({ rig }) => rig.setOwnRole('site_user'),
    cure: ({ rig }) => rig.setOwnRole('site_admin'),
  },
  unknownNewUser: rule(unknownUser, onNew),
  unknownOldUser: {
    put: (stage, operation) => {
      if (operation !== 'remove') return stage.fault({ ...plays[operation].call, effect: unknownUser });
      // Salto's way to say that the user is not in the group.
      stage.byHand('remove', roomA);
      stage.rig.fake.set({ repeated_member_change: 'fails' });
    },
  },
  forbiddenNewUser: rule(noPermission, onNew),
  forbiddenOldUser: rule(noPermission),
  rateLimit: rule({ kind: 'rate_limit' }),
  rateLimitWithTime: rule({ kind: 'rate_limit', retry_after_seconds: 1 }),
  unavailable: rule({ kind: 'unavailable' }),
  serverError: rule({ kind: 'answer', status: 500, body: {} }),
  slow: rule({ kind: 'delay', delay_ms: 2_000 }, silent),
  timeoutApplied: rule({ kind: 'timeout', write: 'applied' }, silent),
  timeoutLost: rule({ kind: 'timeout', write: 'lost' }, silent),
  lateWrite: rule({ kind: 'late_write' }, silent),
  resetBefore: rule({ kind: 'reset', write: 'lost' }),
  resetAfter: rule({ kind: 'reset', write: 'applied' }),
  malformed: rule({ kind: 'body', as: 'malformed' }),
  empty: rule({ kind: 'body', as: 'empty' }),
  bareArray: rule({ kind: 'body', as: 'bare_array' }),
  knownErrorInSuccess: rule({ kind: 'error_in_success' }),
  unknownErrorInSuccess: rule(unknownError),
  unknownErrorAndDone: rule({ ...unknownError, write: 'applied' }),
  noSeat: {
    put: (stage, operation) => {
      for (const user of operation === 'create' ? [] : stage.users()) user.subscription_state = 'suspended';
      stage.rig.fillSeats();
    },
    cure: async (stage) => {
      stage.rig.addSeats();
      // Nobody but a person gives a seat to a user that is not ours.
      if ((await stage.linked())?.origin !== 'linked') return;
      for (const user of stage.users()) user.subscription_state = 'subscribed';
    },
  },
  groupDeleted: {
    put: ({ rig }) => rig.deleteGroup(roomA),
    cure: ({ rig }) => rig.makeGroupAnew(),
  },
  userDeleted: { put: (stage) => stage.deleteUser() },
  userBlocked: {
    put: (stage) => stage.blockUser(true),
    cure: (stage) => stage.blockUser(false),
  },
  subscriptionExpired: {
    put: ({ rig }) => void (rig.site.subscription_valid = false),
    cure: ({ rig }) => void (rig.site.subscription_valid = true),
  },
  administratorsEmail: {
    put: (stage) => stage.makeAdministrator(),
    cure: (stage) => stage.changeEmail(),
  },
};

/** So that what was seen of a user counts no more. */
export const LONG_AGO_MS = 61 * MINUTE_MS;
