import type { BudgetState } from './budget-state.ts';

/** A request that has ended, as far as the budget is concerned. */
export interface Ended {
  readonly place: string;
  readonly isProbe: boolean;
  /**
   * `answered`: Salto is there, whatever it said. `limited`: it asked us to wait. `failed`: no answer, or a 5xx.
   * `unused`: nothing was sent.
   */
  readonly outcome: 'answered' | 'limited' | 'failed' | 'unused';
  readonly tookMs: number;
  /** How long after its turn it was sent at the latest; without it, nobody knows. */
  readonly lateMs?: number;
  /** From `Retry-After`, ms from the end on. */
  readonly retryAfterMs?: number;
}

/** As many in a row are an outage. */
export const FAILURES_OF_AN_OUTAGE = 5;
export const PROBE_EVERY_MS = 5_000;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_OWN_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** The weight of the newest request in `callMs`. */
const NEWEST = 0.2;

/** What a request's end says about the connection. */
export function afterEnd(state: BudgetState, ended: Ended, now: number): BudgetState {
  const places = Object.fromEntries(Object.entries(state.places).filter(([place]) => place !== ended.place));
  const probeBeganAt = ended.isProbe ? null : state.probeBeganAt;
  // A probe that was not sent leaves it to the next.
  const probeAt = ended.isProbe && state.probeAt !== null ? now : state.probeAt;
  const sent = sentAfter(state.sent, ended);
  if (ended.outcome === 'unused') return { ...state, places, probeBeganAt, probeAt, sent };
  const callMs = state.callMs + NEWEST * (ended.tookMs - state.callMs);
  const seen = { ...state, places, probeBeganAt, callMs, sent };
  // A `Retry-After` counts whatever it comes with.
  const asked = ended.retryAfterMs === undefined ? seen : paused(seen, ended.retryAfterMs, now);
  switch (ended.outcome) {
    case 'answered':
      return afterAnswer({ ...asked, limited: 0 }, ended.isProbe, now);
    case 'limited':
      return afterAnswer(ended.retryAfterMs === undefined ? pausedLonger(asked, now) : asked, ended.isProbe, now);
    case 'failed':
      return afterFailure(asked, now);
  }
}

/** When it was really sent. What was not sent counts for nothing. */
function sentAfter(sent: BudgetState['sent'], { place, outcome, lateMs }: Ended): BudgetState['sent'] {
  if (outcome === 'unused') return sent.filter((one) => one.place !== place);
  if (lateMs === undefined) return sent;
  return sent.map((one) => (one.place === place ? { ...one, by: one.at + lateMs } : one));
}

/** Salto is there. What was sent before the outage may be answered late: only a probe ends one. */
function afterAnswer(state: BudgetState, isProbe: boolean, now: number): BudgetState {
  if (state.probeAt === null) return { ...state, failures: 0 };
  return isProbe ? { ...state, failures: 0, probeAt: null, recoveredAt: now } : state;
}

function afterFailure(state: BudgetState, now: number): BudgetState {
  const failures = state.failures + 1;
  if (failures < FAILURES_OF_AN_OUTAGE) return { ...state, failures };
  return { ...state, failures, probeAt: now + PROBE_EVERY_MS };
}

function paused(state: BudgetState, retryAfterMs: number, now: number): BudgetState {
  const pauseMs = Math.min(Math.max(retryAfterMs, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  return { ...state, pausedUntil: Math.max(state.pausedUntil, now + pauseMs) };
}

/** 429 without a `Retry-After`: 1 s, 2 s, 4 s … a minute. Those that were on their way together count once. */
function pausedLonger(state: BudgetState, now: number): BudgetState {
  if (state.pausedUntil > now) return state;
  const pauseMs = Math.min(SHORTEST_PAUSE_MS * 2 ** state.limited, LONGEST_OWN_PAUSE_MS);
  return { ...paused(state, pauseMs, now), limited: Math.min(state.limited + 1, 10) };
}
