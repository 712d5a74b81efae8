import type { Urgency } from '@latchkey/access-workflows';

export interface BudgetOptions {
  /** Requests that begin per second, evenly spaced; 0 = as many as come. */
  readonly perSecond: number;
  /** Requests that run at the same time; 0 = as many as come. */
  readonly atOnce: number;
  /** How long a request may take; a place that is not given back comes back a little later. */
  readonly callTimeoutMs: number;
}

/** How many wait, by class (`[1]` to `[4]`; `[0]` is unused). */
export type Counts = readonly number[];

/** The first of a class in a process. */
export interface Head {
  readonly class: Urgency;
  readonly since: number;
  readonly isRevoke: boolean;
}

/** What all replicas know of a connection's budget. Instants are epoch ms of the database's clock. */
export interface BudgetState {
  /** The earliest instant at which the next request may begin, by its distance from the last. See `nextTurnAt`. */
  nextAt: number;
  /** The last turns, a second's worth, oldest first: by when each was sent at the latest. */
  sent: readonly { readonly place: string; readonly at: number; readonly by: number }[];
  /** When a class may have a request although more urgent ones wait, by urgency. */
  ownAt: Partial<Record<Urgency, number>>;
  /** Requests that run, each since when, and until when it keeps its place at the most. */
  places: Record<string, { readonly since: number; readonly until: number }>;
  /** Who waits in which process, good for a moment only. */
  waiting: Record<string, { heads: readonly Head[]; counts: Counts; until: number }>;
  /** How long a request takes, about. */
  callMs: number;
  /** Salto has asked us to wait until then. */
  pausedUntil: number;
  /** 429 in a row without a `Retry-After`. */
  limited: number;
  /** Requests in a row that failed by an outage. */
  failures: number;
  /** Salto is out of reach: nothing is sent but a probe, from then on. */
  probeAt: number | null;
  /** A probe runs, since then. */
  probeBeganAt: number | null;
  /** When the last outage ended. */
  recoveredAt: number;
}

export const untouched: BudgetState = {
  nextAt: 0,
  sent: [],
  ownAt: {},
  places: {},
  waiting: {},
  callMs: 100,
  pausedUntil: 0,
  limited: 0,
  failures: 0,
  probeAt: null,
  probeBeganAt: null,
  recoveredAt: 0,
};

/** A second's requests are spread over a hundredth more, so that one that is 10 ms late on its way is not one too many. */
const SECOND_MS = 1_010;
/** A request may leave so long after its turn: what it records is written first. Until its end tells, it is taken to. */
export const SENT_WITHIN_MS = 250;
/** Timers may be a millisecond early. */
const SURELY_A_SECOND_MS = 1_002;
/** After an outage requests are this much further apart at first, and as usual at the end of `EASING_MS`. */
const EASED_PACE = 4;
const EASING_MS = 20_000;
/** How long after an outage revokes go first. */
const RECOVERY_MS = 60_000;
const LEASE_MARGIN_MS = 2_000;

export function isUnlimited({ perSecond, atOnce }: BudgetOptions): boolean {
  return perSecond === 0 && atOnce === 0;
}

/** From one request to the next, ms. */
export function spacingMs({ perSecond }: BudgetOptions, state: BudgetState, now: number): number {
  if (perSecond === 0) return 0;
  const eased = Math.max(0, 1 - (now - state.recoveredAt) / EASING_MS);
  return (SECOND_MS / perSecond) * (1 + eased * (EASED_PACE - 1));
}

/**
 * When the next request may begin: not before a second after the one that came a second's worth of requests earlier was
 * sent. That may have been well after its turn, and evenly spaced turns alone would let one too many into a second.
 */
export function nextTurnAt({ nextAt, sent }: BudgetState, options: BudgetOptions): number {
  const earlier = sent.at(-perSecondAtLeast(options));
  return earlier === undefined ? nextAt : Math.max(nextAt, earlier.by + SURELY_A_SECOND_MS);
}

/**
 * The last turns with one that is given now.
 * @param unsureMs how far the clock of the one who sends may be behind
 */
export function sentWith(
  { sent }: BudgetState,
  options: BudgetOptions,
  turn: { readonly place: string; readonly at: number; readonly unsureMs: number },
): BudgetState['sent'] {
  if (options.perSecond === 0) return [];
  const { place, at, unsureMs } = turn;
  return [...sent, { place, at, by: at + SENT_WITHIN_MS + unsureMs }].slice(-perSecondAtLeast(options));
}

function perSecondAtLeast({ perSecond }: BudgetOptions): number {
  return Math.max(1, Math.floor(perSecond));
}

/** How fast the line moves, ms for each: by the rate, or by Salto's answers where those are slower. */
export function paceMs(options: BudgetOptions, state: BudgetState, now: number): number {
  if (options.atOnce === 0) return spacingMs(options, state, now);
  const runningMs = Object.values(state.places).map(({ since }) => now - since);
  return Math.max(spacingMs(options, state, now), Math.max(state.callMs, ...runningMs) / options.atOnce);
}

/** Each lower class gets one request in this time, and all three together no more than three of four. */
export function ownShareMs(options: BudgetOptions, state: BudgetState, now: number): number {
  return Math.max(1_000, 4 * spacingMs(options, state, now));
}

export function isRecovering({ recoveredAt }: BudgetState, now: number): boolean {
  return now < recoveredAt + RECOVERY_MS;
}

/** How long a place is kept for a process that does not give it back, ms. */
export function leaseMs({ callTimeoutMs }: BudgetOptions): number {
  return callTimeoutMs + LEASE_MARGIN_MS;
}
