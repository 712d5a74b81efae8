import type { FailureCode } from '@latchkey/contracts';

/** What is done while a fault stands, in the order of the columns. */
export const operations = {
  link: 'link',
  create: 'create',
  add: 'add',
  remove: 'remove',
  rotate: 'refresh (rotating)',
  refresh: 'refresh (lasting)',
  list: 'list',
} as const;
export type OperationName = keyof typeof operations;

/** How an operation ends that meets a fault: as a word, and what an administrator sees of it. */
export const meetings = {
  done: { word: 'done', means: 'Done at once. There is nothing to see.' },
  unverified: {
    word: 'looked at again',
    means:
      'A write got no answer. The grant stays `granting` or `revoking` for a minute; then a look decides, and writes once more if it has to.',
  },
  soon: {
    word: 'soon',
    means:
      'Repeated within seconds, mostly before anybody sees it. After three times, or where Salto asks for a longer pause, it goes on as _later_.',
  },
  later: {
    word: 'later',
    means:
      'The grant is `retrying` or `revoking` with the code, its remedy and the next attempt, and is repeated until it is done.',
  },
  blocked: {
    word: 'waits',
    means: 'The grant is `blocked` with the code and its remedy, until somebody retries. Other groups go on.',
  },
} as const;
export type Meeting = keyof typeof meetings;

/** What is expected of one operation under one fault. */
export interface Cell {
  readonly met: Meeting;
  readonly code?: FailureCode;
  /** Requests that change something at Salto, until all is as wanted; without it, as many as without the fault. */
  readonly writes?: number;
  /** What is found when the fault is over, and a person has to cure. */
  readonly then?: FailureCode;
}

/** Why an operation cannot meet a fault. */
export interface Impossible {
  readonly why: string;
}

export function isPossible(cell: Cell | Impossible): cell is Cell {
  return 'met' in cell;
}

/** Requests that change something, without a fault. */
export const usualWrites: Readonly<Record<OperationName, number>> = {
  link: 0,
  create: 1,
  add: 1,
  remove: 2,
  rotate: 1,
  refresh: 1,
  list: 0,
};
