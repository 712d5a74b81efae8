import {
  leaseMs,
  nextTurnAt,
  ownShareMs,
  spacingMs,
  sentWith,
  type BudgetOptions,
  type BudgetState,
} from './budget-state.ts';
import { classOf, countsOf, headsOf, inOrder, nextOf, type Round, type Waiter } from './line.ts';
import { sendAway, type SentAway } from './sent-away.ts';

export interface Turn {
  readonly waiter: Waiter;
  readonly place: string;
  /** When to send, and not before; epoch ms of the database's clock. */
  readonly at: number;
  /** Salto is out of reach: this is to find out whether it still is. */
  readonly isProbe: boolean;
}

export interface Turns {
  readonly state: BudgetState;
  readonly taken: readonly Turn[];
  readonly sentAway: readonly SentAway[];
  /** Those who only looked, and may begin. */
  readonly admitted: readonly Waiter[];
  /** When those who are left should ask again; null: nobody is left. */
  readonly askAgainAt: number | null;
}

/** A turn is given this long before its instant, so that the way to the database costs none of the rate. */
const AHEAD_MS = 20;
const ASK_AHEAD_MS = 10;
const ASK_AT_MOST_EVERY_MS = 15;
/** A place that another process gives back is noticed after this long. */
const LOOK_FOR_PLACES_MS = 50;
/** Whoever's turn it is in another process has this long to take it. */
const YIELD_MS = 50;
/** A process counts as waiting until this long after it wanted to ask again. */
const WAITING_MARGIN_MS = 100;

/** Gives the waiters of one process the turns that are there, most urgent first, and sends away who would wait too long. */
export function takeTurns(state: BudgetState, waiters: readonly Waiter[], round: Round): Turns {
  const { now, process } = round;
  const draft = present(state, now, process);
  const left = inOrder(
    waiters.filter(({ isLooking }) => !isLooking),
    draft,
    now,
  );
  const taken: Turn[] = [];
  while (mayBegin(draft, round)) {
    const slot = Math.max(nextTurnAt(draft, round.options), now);
    const next = chosen(left, draft, slot, round);
    if (next === undefined) break;
    left.splice(left.indexOf(next), 1);
    taken.push(begin(draft, next, slot, round));
  }
  const looking = waiters.filter(({ isLooking }) => isLooking);
  const sentAway = sendAway(inOrder([...left, ...looking], draft, now), draft, round);
  const gone = new Set(sentAway.map(({ waiter }) => waiter));
  const staying = left.filter((waiter) => !gone.has(waiter));
  const admitted = looking.filter((waiter) => !gone.has(waiter));
  const askAgainAt = staying.length === 0 ? null : nextAsk(draft, round);
  if (askAgainAt !== null) {
    draft.waiting[process] = {
      heads: headsOf(staying),
      counts: countsOf(staying),
      until: askAgainAt + WAITING_MARGIN_MS,
    };
  }
  return { state: draft, taken, sentAway, admitted, askAgainAt };
}

/** A copy without what has expired, and without what this process said before. */
function present(state: BudgetState, now: number, process: string): BudgetState {
  const places = Object.entries(state.places).filter(([, { until }]) => until > now);
  const waiting = Object.entries(state.waiting).filter(([id, { until }]) => id !== process && until > now);
  return {
    ...state,
    ownAt: { ...state.ownAt },
    places: Object.fromEntries(places),
    waiting: Object.fromEntries(waiting),
  };
}

function mayBegin(state: BudgetState, { now, options }: Round): boolean {
  if (state.pausedUntil > now || (state.probeAt !== null && state.probeAt > now)) return false;
  return !isFull(state, options) && nextTurnAt(state, options) <= now + AHEAD_MS;
}

function isFull({ places }: BudgetState, { atOnce }: BudgetOptions): boolean {
  return atOnce > 0 && Object.keys(places).length >= atOnce;
}

/** The next of this process, unless it is the turn of another's, who then has a moment to take it. */
function chosen(left: readonly Waiter[], state: BudgetState, slot: number, round: Round): Waiter | undefined {
  const own = headsOf(left);
  const isGivenUp = round.now - nextTurnAt(state, round.options) > YIELD_MS;
  const others = isGivenUp ? [] : Object.values(state.waiting).flatMap(({ heads }) => heads);
  const next = nextOf([...own, ...others], state, slot, round);
  return next && own.includes(next) ? left.find((waiter) => classOf(waiter) === next.class) : undefined;
}

/** Changes `draft`. */
function begin(draft: BudgetState, waiter: Waiter, slot: number, round: Round): Turn {
  const { now, unsureMs, options } = round;
  const place = round.newPlace();
  const isProbe = draft.probeAt !== null;
  draft.nextAt = slot + spacingMs(options, draft, now);
  draft.sent = sentWith(draft, options, { place, at: slot, unsureMs });
  draft.ownAt[classOf(waiter)] = slot + ownShareMs(options, draft, now);
  draft.places[place] = { since: slot, until: slot + leaseMs(options) };
  // Should the one that probes die, another does.
  if (isProbe) Object.assign(draft, { probeAt: slot + leaseMs(options), probeBeganAt: slot });
  return { waiter, place, at: slot, isProbe };
}

function nextAsk(state: BudgetState, { now, options }: Round): number {
  if (state.pausedUntil > now) return state.pausedUntil;
  const at = isFull(state, options) ? now + LOOK_FOR_PLACES_MS : nextTurnAt(state, options) - ASK_AHEAD_MS;
  return Math.max(at, now + ASK_AT_MOST_EVERY_MS);
}
