import type { Urgency } from '@latchkey/access-workflows';
import {
  isRecovering,
  ownShareMs,
  type BudgetOptions,
  type BudgetState,
  type Counts,
  type Head,
} from './budget-state.ts';

const CLASSES: readonly Urgency[] = [1, 2, 3, 4];

/** Somebody who waits in a process for its turn: the right to send one request. */
export interface Waiter {
  readonly id: string;
  readonly urgency: Urgency;
  readonly isRevoke: boolean;
  /** Its attempt has made calls already, and perhaps half of its work is done. */
  readonly isBegun: boolean;
  /** Others wait for its attempt to end. */
  readonly holdsLock: boolean;
  /** Since when it waits, the time away included; epoch ms of the database's clock. */
  readonly since: number;
  /** It was told to come back, and has. */
  readonly isBack: boolean;
  /** It wants no turn yet, and only to know whether it would be told to come back. */
  readonly isLooking?: boolean;
}

/** One look at the budget by one process. */
export interface Round {
  /** Epoch ms of the database's clock. */
  readonly now: number;
  /** By how much that may have been behind when it was read. */
  readonly unsureMs: number;
  readonly process: string;
  readonly options: BudgetOptions;
  /** Who has been told to come back, and has not. */
  readonly away: Counts;
  readonly newPlace: () => string;
}

/** The later calls of an attempt that holds a lock are not kept behind new ones of more urgent classes. */
export function classOf({ isBegun, holdsLock, urgency }: Pick<Waiter, 'isBegun' | 'holdsLock' | 'urgency'>): Urgency {
  return isBegun && holdsLock ? 1 : urgency;
}

function headOf(waiter: Waiter): Head {
  return { class: classOf(waiter), since: waiter.since, isRevoke: waiter.isRevoke };
}

/** Most urgent first, then who waits the longest. For a minute after an outage revokes go before everything else. */
export function inOrder(waiters: readonly Waiter[], state: BudgetState, now: number): Waiter[] {
  return [...waiters].sort((a, b) => byRevoke(a, b, state, now) || byClass(headOf(a), headOf(b)));
}

function byRevoke(a: Pick<Head, 'isRevoke'>, b: Pick<Head, 'isRevoke'>, state: BudgetState, now: number): number {
  return isRecovering(state, now) ? Number(b.isRevoke) - Number(a.isRevoke) : 0;
}

function byClass(a: Head, b: Head): number {
  return a.class - b.class || a.since - b.since;
}

/** The first of each class. */
export function headsOf(ordered: readonly Waiter[]): Head[] {
  return CLASSES.flatMap((urgency) => {
    const first = ordered.find((waiter) => classOf(waiter) === urgency);
    return first === undefined ? [] : [headOf(first)];
  });
}

/**
 * Whose turn it is, of the first of each class: the first in line, but for a lower class whose own share is due.
 * @param slot when the turn would be, epoch ms
 */
export function nextOf(heads: readonly Head[], state: BudgetState, slot: number, round: Round): Head | undefined {
  const shareMs = ownShareMs(round.options, state, round.now);
  const isDue = (head: Head) => head.class > 1 && Math.max(state.ownAt[head.class] ?? 0, head.since + shareMs) <= slot;
  const byDue = (a: Head, b: Head) => Number(isDue(b)) - Number(isDue(a));
  return [...heads].sort((a, b) => byRevoke(a, b, state, round.now) || byDue(a, b) || byClass(a, b))[0];
}

export function countsOf(waiters: readonly Waiter[]): Counts {
  const counts = [0, 0, 0, 0, 0];
  for (const waiter of waiters) counts[classOf(waiter)]! += 1;
  return counts;
}

/** How many are of this class or a more urgent one. */
export function upTo(counts: Counts, urgency: number): number {
  return counts.slice(0, urgency + 1).reduce((sum, count) => sum + count, 0);
}
