import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Urgency } from '@latchkey/access-workflows';
import { AttemptError } from '../access/failures.ts';
import type { BudgetChange, BudgetRepository, BudgetRow } from './budget.repository.ts';
import { paceMs, type BudgetOptions, type BudgetState } from './budget-state.ts';
import { afterEnd, type Ended } from './ended.ts';
import { classOf, type Waiter } from './line.ts';
import { refusal } from './refusal.ts';
import { takeTurns, type Turns } from './turns.ts';

/** Who wants to send one request. */
export interface Ask {
  readonly urgency: Urgency;
  readonly isRevoke: boolean;
  /** Its attempt has made calls already. */
  readonly isBegun: boolean;
  /** Its attempt holds a pair's lock. */
  readonly holdsLock: boolean;
  /** Keeps its place in line while it is away. */
  readonly memberId: string | undefined;
}

export interface TakenTurn {
  readonly place: string;
  readonly isProbe: boolean;
  /** When it is, `performance.now()` … */
  readonly at: number;
  /** … which may be so many ms behind the clock that counts. */
  readonly unsureMs: number;
}

interface Waiting {
  readonly id: string;
  readonly ask: Ask;
  since: number | undefined;
  isBack: boolean;
  readonly isLooking: boolean;
  /** Without a turn for who only looks. */
  readonly resolve: (turn: TakenTurn | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Outcome extends BudgetChange {
  readonly row: BudgetRow;
  readonly turns: Turns;
  readonly waiters: readonly Waiter[];
}

/** A database that does not answer must not hold up those who wait. */
const ROUND_MS = 5_000;
const TRY_AGAIN_MS = 1_000;
/** So long a line in this process is a crowd. */
const CROWD_MS = 500;

/** Takes turns in one connection's budget for all who wait in this process: one look at the row for all of them. */
export class TurnTaker {
  readonly #connectionId: string;
  readonly #budgets: BudgetRepository;
  readonly #options: BudgetOptions;
  readonly #process = randomUUID().slice(0, 8);
  #waiting: Waiting[] = [];
  #ended: Ended[] = [];
  #isLooking = false;
  #isToLookAgain = false;
  #timer: NodeJS.Timeout | undefined;
  /** What the last look showed. */
  seen: { readonly state: BudgetState; readonly now: number; readonly readAt: number } | undefined;

  constructor(connectionId: string, budgets: BudgetRepository, options: BudgetOptions) {
    this.#connectionId = connectionId;
    this.#budgets = budgets;
    this.#options = options;
  }

  /**
   * Waits for a turn.
   * @throws AttemptError when the turn is too far ahead (`refusal`); whatever the database throws
   */
  take(ask: Ask): Promise<TakenTurn> {
    return this.#wait(ask, false) as Promise<TakenTurn>;
  }

  /**
   * Tells who would have to come back so at once, before it locks and reads what a turn is not needed for. Asks the
   * database only if there is a crowd.
   * @throws as `take`
   */
  async look(ask: Ask): Promise<void> {
    if (this.#isCrowded(ask.urgency)) await this.#wait(ask, true);
  }

  /** What has ended is not yet in the row. */
  get isTelling(): boolean {
    return this.#isLooking || this.#ended.length > 0;
  }

  #wait(ask: Ask, isLooking: boolean): Promise<TakenTurn | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: randomUUID(), ask, since: undefined, isBack: false, isLooking, resolve, reject });
      this.#look();
    });
  }

  #isCrowded(urgency: Urgency): boolean {
    if (this.seen === undefined) return false;
    const { state, now, readAt } = this.seen;
    const passed = now + performance.now() - readAt;
    if (state.probeAt !== null || state.pausedUntil > passed) return true;
    const ahead = this.#waiting.filter(({ ask }) => classOf(ask) <= urgency).length;
    return ahead * paceMs(this.#options, state, passed) > CROWD_MS;
  }

  /** A turn is over. */
  end(ended: Ended): void {
    this.#ended.push(ended);
    this.#look();
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#isToLookAgain = true;
    if (!this.#isLooking) void this.#lookWhileAsked();
  }

  async #lookWhileAsked(): Promise<void> {
    this.#isLooking = true;
    while (this.#isToLookAgain) {
      this.#isToLookAgain = false;
      await this.#round();
    }
    this.#isLooking = false;
  }

  async #round(): Promise<void> {
    const waiting = [...this.#waiting];
    const ended = this.#ended.splice(0);
    if (waiting.length === 0 && ended.length === 0) return;
    const memberIds = waiting.flatMap(({ since, ask }) => (since === undefined && ask.memberId ? [ask.memberId] : []));
    try {
      const change = this.#budgets.change(this.#connectionId, memberIds, (row) => this.#decide(row, waiting, ended));
      this.#tell(await within(ROUND_MS, change), waiting);
    } catch (error) {
      this.#waiting = this.#waiting.filter((one) => !waiting.includes(one));
      for (const { reject } of waiting) reject(error);
      // A pause that Salto asked for must not be forgotten; a place comes back by itself.
      this.#ended.unshift(...ended);
      this.#lookIn(TRY_AGAIN_MS);
    }
  }

  #decide(row: BudgetRow, waiting: readonly Waiting[], ended: readonly Ended[]): Outcome {
    const { now, unsureMs, since, away } = row;
    const state = ended.reduce((before, one) => afterEnd(before, one, now), row.state);
    const waiters = waiting.map(({ id, ask, since: known, isBack, isLooking }): Waiter => {
      const before = ask.memberId === undefined ? undefined : since[ask.memberId];
      return { ...ask, id, since: known ?? before ?? now, isBack: isBack || before !== undefined, isLooking };
    });
    const round = { now, unsureMs, process: this.#process, options: this.#options, away, newPlace: randomUUID };
    const turns = takeTurns(state, waiters, round);
    const memberOf = ({ id }: Waiter) => waiting.find((one) => one.id === id)?.ask.memberId;
    const told = turns.sentAway.flatMap(({ waiter, comesAt }) => {
      const memberId = waiter.isBegun ? undefined : memberOf(waiter);
      return memberId === undefined ? [] : [[memberId, { memberId, ...waiter, comesAt }] as const];
    });
    const served = turns.taken.flatMap(({ waiter }) => (waiter.isBack ? (memberOf(waiter) ?? []) : []));
    return { state: turns.state, away: [...new Map(told).values()], served, row, turns, waiters };
  }

  #tell({ row: { now, readAt, unsureMs }, turns, waiters }: Outcome, waiting: readonly Waiting[]): void {
    this.seen = { state: turns.state, now, readAt };
    const here = (at: number) => readAt + at - now;
    const byId = new Map(waiting.map((one) => [one.id, one]));
    for (const { id, since, isBack } of waiters) Object.assign(byId.get(id) ?? {}, { since, isBack });
    for (const { waiter, place, at, isProbe } of turns.taken) {
      const turn = { place, isProbe, at: here(at), unsureMs };
      const waitMs = Math.ceil(here(at) - performance.now());
      const { resolve } = byId.get(waiter.id)!;
      if (waitMs > 0) setTimeout(resolve, waitMs, turn);
      else resolve(turn);
    }
    for (const sent of turns.sentAway) {
      byId.get(sent.waiter.id)?.reject(refusal(sent, here(sent.comesAt) - performance.now()));
    }
    for (const { id } of turns.admitted) byId.get(id)?.resolve(undefined);
    const gone = new Set([...turns.taken, ...turns.sentAway].map(({ waiter }) => waiter.id));
    for (const { id } of turns.admitted) gone.add(id);
    this.#waiting = this.#waiting.filter(({ id }) => !gone.has(id));
    if (turns.askAgainAt !== null) this.#lookIn(here(turns.askAgainAt) - performance.now());
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0 && this.#ended.length === 0) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, ms));
    // What is only to be noted does not keep a process alive.
    if (this.#waiting.length === 0) this.#timer.unref();
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new AttemptError('database_unavailable', 'soon', `no answer from the adapter's database within ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
