import { nextTurnAt, ownShareMs, paceMs, type BudgetState, type Counts } from './budget-state.ts';
import { PROBE_EVERY_MS } from './ended.ts';
import { classOf, countsOf, upTo, type Round, type Waiter } from './line.ts';

/** Somebody who frees its slot and comes back. */
export interface SentAway {
  readonly waiter: Waiter;
  readonly why: 'budget' | 'pause' | 'outage';
  /** Epoch ms of the database's clock. */
  readonly comesAt: number;
}

/** Who has its turn within this time waits for it where it is. */
const WAITS_MS = 1_000;
/** An attempt that has begun would have to begin anew. */
const BEGUN_WAITS_MS = 10_000;
/** Who was sent away comes back a little before its turn, so that no turn waits for it. */
const EARLY_MS = 500;
const SHORTEST_ABSENCE_MS = 250;

/** Those of the waiters, given in their order, whose turn is too far ahead. */
export function sendAway(left: readonly Waiter[], state: BudgetState, round: Round): SentAway[] {
  let staying = countsOf([]);
  // Whoever is back has its place in the line already; the others come after all who were told to come.
  let [back, away] = [countsOf([]), round.away];
  return left.flatMap((waiter): SentAway[] => {
    const why = reason(waiter, turnOf(waiter, staying, state, round), state, round.now);
    const one = countsOf([waiter]);
    if (why === undefined) {
      staying = sum(staying, one);
      return [];
    }
    const comesAt = turnOf(waiter, sum(staying, waiter.isBack ? back : away), state, round);
    if (waiter.isBack) back = sum(back, one);
    else away = sum(away, one);
    return [{ waiter, why, comesAt: comingAt(waiter, why, comesAt, state, round.now) }];
  });
}

function reason(waiter: Waiter, turnAt: number, state: BudgetState, now: number): SentAway['why'] | undefined {
  const isFar = turnAt - now > (waiter.isBegun ? BEGUN_WAITS_MS : WAITS_MS);
  // Somebody has to be let in to be the next probe.
  if (state.probeAt !== null && waiter.isLooking && state.probeAt <= now) return undefined;
  if (state.probeAt !== null) return waiter.isRevoke && isProbing(state, now) && !isFar ? undefined : 'outage';
  if (!isFar) return undefined;
  return state.pausedUntil > now ? 'pause' : 'budget';
}

/** What a probe shows is worth a moment's wait to those who go first when it is answered. */
function isProbing({ probeBeganAt }: BudgetState, now: number): boolean {
  return probeBeganAt !== null && now - probeBeganAt < WAITS_MS;
}

/** When a waiter would have its turn behind so many, epoch ms: by the line, or by its class's own share if that is sooner. */
function turnOf(waiter: Waiter, ahead: Counts, state: BudgetState, round: Round): number {
  const { now, options } = round;
  const urgency = classOf(waiter);
  const before = Object.values(state.waiting).reduce((all, { counts }) => sum(all, counts), ahead);
  const firstAt = Math.max(nextTurnAt(state, options), state.pausedUntil, now);
  const byLine = firstAt + upTo(before, urgency) * paceMs(options, state, now);
  if (urgency === 1) return byLine;
  const shareMs = ownShareMs(options, state, now);
  const ownAt = Math.max(state.ownAt[urgency] ?? 0, waiter.since + shareMs, firstAt);
  return Math.min(byLine, ownAt + (before[urgency] ?? 0) * shareMs);
}

function comingAt(waiter: Waiter, why: SentAway['why'], turnAt: number, state: BudgetState, now: number): number {
  if (why === 'pause') return turnAt;
  if (why === 'budget') return Math.max(turnAt - EARLY_MS, now + SHORTEST_ABSENCE_MS);
  // Revokes are there when Salto is looked at next, the others once that has shown something.
  const nextProbeAt = Math.min(state.probeAt ?? now, now + PROBE_EVERY_MS);
  return nextProbeAt + (waiter.isRevoke ? 0 : PROBE_EVERY_MS) + (turnAt - now);
}

function sum(a: Counts, b: Counts): Counts {
  return a.map((count, index) => count + (b[index] ?? 0));
}
