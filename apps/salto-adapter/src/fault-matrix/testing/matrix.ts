import type { FailureCode } from '@latchkey/contracts';
import type { Cell, Impossible, Meeting, OperationName } from './cell.ts';

type Cells = Readonly<Record<OperationName, Cell | Impossible>>;

interface Row {
  /** As the documents have it. */
  readonly fault: string;
  /** What ends it, where it does not end by itself. */
  readonly cure?: string;
  readonly cells: Cells;
}

const of =
  (met: Meeting) =>
  (code: FailureCode, more: Pick<Cell, 'writes' | 'then'> = {}): Cell => ({ met, code, ...more });
const [soon, later, blocked] = [of('soon'), of('later'), of('blocked')];
const done: Cell = { met: 'done' };
const unverified: Cell = { met: 'unverified' };
const writes = (cell: Cell, count: number): Cell => ({ ...cell, writes: count });
const never = (why: string): Impossible => ({ why });

const READS = never('A read writes nothing: see the time-out before which nothing was done.');
const ABOUT_A_USER = never('The call is not about one user.');
const NO_USER_YET = never('There is no user yet, or it is not linked.');
const NO_GROUP = never('The call is not about a group.');
const TOKENS = never('Tokens depend on no user, group, role or seat.');
const LINKS_ONLY = never('Only linking looks for an e-mail.');

const RECONNECT = { then: 'connection_needs_reconnect' } as const;
const noAnswer = soon('provider_unavailable');
const unreadable = later('unknown_provider_error');
const lost: Cells = {
  link: noAnswer,
  create: writes(noAnswer, 2),
  add: writes(unverified, 3),
  remove: writes(unverified, 4),
  rotate: writes(noAnswer, 2),
  refresh: writes(noAnswer, 2),
  list: noAnswer,
};
const applied: Cells = {
  ...lost,
  link: READS,
  create: noAnswer,
  add: unverified,
  remove: unverified,
  rotate: { ...writes(noAnswer, 2), ...RECONNECT },
  list: READS,
};
const turnedAway = (code: FailureCode): Cells => ({
  link: soon(code),
  create: soon(code, { writes: 2 }),
  add: soon(code, { writes: 2 }),
  remove: soon(code, { writes: 3 }),
  rotate: soon('provider_unavailable', { writes: 2 }),
  refresh: soon('provider_unavailable', { writes: 2 }),
  list: soon(code),
});
const aboutUser = (add: Cell, remove: Cell): Cells => ({
  link: ABOUT_A_USER,
  create: NO_USER_YET,
  add,
  remove,
  rotate: TOKENS,
  refresh: TOKENS,
  list: ABOUT_A_USER,
});
const wholeConnection = (code: FailureCode): Cells => ({
  link: later(code),
  create: later(code),
  add: later(code),
  remove: later(code),
  rotate: TOKENS,
  refresh: TOKENS,
  list: later(code),
});
/** Writes succeed, and what they answer is not needed, but for a new user. */
const unread: Cells = {
  link: unreadable,
  create: unreadable,
  add: done,
  remove: done,
  rotate: { ...writes(unreadable, 2), ...RECONNECT },
  refresh: writes(unreadable, 2),
  list: unreadable,
};

/** What each operation is expected to do under each fault: the test plays it, and the document shows it. */
export const matrix = {
  unauthorized: {
    fault: '401',
    cells: {
      ...turnedAway('access_token_refused'),
      rotate: later('unknown_provider_error', { writes: 2 }),
      refresh: later('unknown_provider_error', { writes: 2 }),
    },
  },
  invalidGrant: {
    fault: '`invalid_grant` for an expired token',
    cure: 'somebody connects the location again',
    cells: {
      ...wholeConnection('connection_needs_reconnect'),
      rotate: later('connection_needs_reconnect'),
      refresh: later('connection_needs_reconnect'),
    },
  },
  roleLost: {
    fault: '403: our account is administrator no more',
    cure: 'somebody gives the role back, and a check finds it',
    cells: {
      ...wholeConnection('insufficient_permissions'),
      remove: later('insufficient_permissions', { writes: 4 }),
    },
  },
  unknownNewUser: {
    fault: '404 with `2202`, within two minutes of the user’s creation',
    cells: aboutUser(soon('not_yet_propagated', { writes: 2 }), soon('not_yet_propagated', { writes: 3 })),
  },
  unknownOldUser: {
    fault: '404 with `2202`, later',
    cure: 'somebody retries',
    cells: aboutUser(blocked('user_deleted_externally', { writes: 2 }), done),
  },
  forbiddenNewUser: {
    fault: '403 with `2203`, within two minutes of the user’s creation',
    cells: aboutUser(soon('not_yet_propagated', { writes: 2 }), soon('not_yet_propagated', { writes: 3 })),
  },
  forbiddenOldUser: {
    fault: '403 with `2203`, later',
    cure: 'somebody retries',
    cells: aboutUser(blocked('user_out_of_reach', { writes: 2 }), later('user_out_of_reach', { writes: 3 })),
  },
  rateLimit: { fault: '429', cells: turnedAway('rate_limited') },
  rateLimitWithTime: { fault: '429 with `Retry-After`', cells: turnedAway('rate_limited') },
  unavailable: { fault: '503, a burst', cells: turnedAway('provider_unavailable') },
  serverError: { fault: '500', cells: lost },
  slow: {
    fault: 'an answer after the deadline',
    cells: {
      ...applied,
      link: noAnswer,
      add: writes(unverified, 2),
      remove: writes(unverified, 3),
      list: noAnswer,
    },
  },
  timeoutApplied: { fault: 'no answer, and it is done', cells: applied },
  timeoutLost: { fault: 'no answer, and it is not done', cells: lost },
  lateWrite: {
    fault: 'no answer, and it is done late',
    cells: { ...lost, link: READS, create: noAnswer, list: READS },
  },
  resetBefore: { fault: 'connection reset before it is done', cells: lost },
  resetAfter: { fault: 'connection reset after it is done', cells: applied },
  malformed: { fault: 'malformed body', cells: unread },
  empty: { fault: 'empty body', cells: unread },
  bareArray: { fault: 'bare array', cells: { ...unread, link: done, list: done } },
  knownErrorInSuccess: {
    fault: 'error `1100` in the body of a 2xx',
    cure: 'somebody retries',
    cells: {
      link: blocked('request_refused'),
      create: blocked('request_refused', { writes: 2 }),
      add: blocked('request_refused', { writes: 2 }),
      remove: later('request_refused', { writes: 3 }),
      rotate: writes(unreadable, 2),
      refresh: writes(unreadable, 2),
      list: later('request_refused'),
    },
  },
  unknownErrorInSuccess: {
    fault: 'unknown error in the body of a 2xx, and it is not done',
    cells: {
      link: unreadable,
      create: writes(unreadable, 2),
      add: writes(unverified, 3),
      remove: writes(unverified, 4),
      rotate: writes(unreadable, 2),
      refresh: writes(unreadable, 2),
      list: unreadable,
    },
  },
  unknownErrorAndDone: {
    fault: 'unknown error in the body of a 2xx, and it is done',
    cells: {
      link: READS,
      create: unreadable,
      add: unverified,
      remove: unverified,
      rotate: { ...writes(unreadable, 2), ...RECONNECT },
      refresh: writes(unreadable, 2),
      list: READS,
    },
  },
  noSeat: {
    fault: 'all seats are taken: success, but suspended',
    cure: 'somebody adds seats',
    cells: {
      link: blocked('user_not_subscribed'),
      create: later('seat_limit_reached'),
      add: later('seat_limit_reached'),
      remove: done,
      rotate: TOKENS,
      refresh: TOKENS,
      list: done,
    },
  },
  groupDeleted: {
    fault: 'the group is deleted by hand',
    cure: 'somebody makes another, and retries',
    cells: {
      link: NO_GROUP,
      create: NO_GROUP,
      add: blocked('group_missing'),
      remove: done,
      rotate: TOKENS,
      refresh: TOKENS,
      list: blocked('group_missing'),
    },
  },
  userDeleted: {
    fault: 'the user is deleted by hand',
    cure: 'somebody retries: there is a new user',
    cells: {
      link: writes(done, 1),
      create: NO_USER_YET,
      add: blocked('user_deleted_externally'),
      remove: done,
      rotate: TOKENS,
      refresh: TOKENS,
      list: done,
    },
  },
  userBlocked: {
    fault: 'the user is blocked by hand',
    cure: 'somebody unblocks the user, and retries',
    cells: {
      link: blocked('user_blocked'),
      create: NO_USER_YET,
      add: blocked('user_blocked'),
      remove: done,
      rotate: TOKENS,
      refresh: TOKENS,
      list: done,
    },
  },
  subscriptionExpired: {
    fault: 'the site’s subscription has expired',
    cure: 'somebody renews it, and a check finds it',
    cells: {
      ...wholeConnection('site_subscription_expired'),
      create: later('site_subscription_expired', { writes: 2 }),
      add: later('site_subscription_expired', { writes: 2 }),
      remove: later('site_subscription_expired', { writes: 4 }),
      list: done,
    },
  },
  administratorsEmail: {
    fault: 'the member’s e-mail is that of a Salto administrator',
    cure: 'the member gives another e-mail, and somebody retries',
    cells: {
      link: blocked('email_conflict', { writes: 1 }),
      create: LINKS_ONLY,
      add: LINKS_ONLY,
      remove: LINKS_ONLY,
      rotate: LINKS_ONLY,
      refresh: LINKS_ONLY,
      list: LINKS_ONLY,
    },
  },
} as const satisfies Record<string, Row>;

export type FaultId = keyof typeof matrix;
