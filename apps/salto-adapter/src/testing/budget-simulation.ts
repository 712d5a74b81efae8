import type { Urgency } from '@latchkey/access-workflows';
import { untouched, type BudgetOptions, type BudgetState } from '../budget/budget-state.ts';
import { afterEnd, type Ended } from '../budget/ended.ts';
import type { Waiter } from '../budget/line.ts';
import { takeTurns } from '../budget/turns.ts';

/** A request that somebody wants to send. */
export interface Wish {
  readonly at: number;
  readonly urgency: Urgency;
  readonly process?: number;
  readonly isRevoke?: boolean;
  readonly isBegun?: boolean;
  /** How long Salto takes for it; default 100 ms. */
  readonly takesMs?: number;
  /** How long after its turn its process sends it; default 0 ms. */
  readonly lateMs?: number;
}

export interface Sent {
  readonly wish: Wish;
  readonly at: number;
  readonly endsAt: number;
  readonly isProbe: boolean;
  /** How often it was told to come back. */
  readonly timesAway: number;
}

export interface World {
  readonly options: BudgetOptions;
  readonly processes?: number;
  /** By how much their clocks may be behind, and are; default 0 ms. */
  readonly unsureMs?: number;
  /** What Salto does with what it is sent then. */
  readonly salto?: (at: number) => Partial<Pick<Ended, 'outcome' | 'retryAfterMs'>>;
  /** Epoch ms after which nothing is looked at any more. */
  readonly until?: number;
}

interface Caller {
  readonly wish: Wish;
  readonly waiter: Waiter;
  timesAway: number;
}

/** The rules of the budget in time that passes at once: several processes, and callers who come back when told. */
export class BudgetSimulation {
  readonly sent: Sent[] = [];
  readonly #world: World;
  readonly #waiting: Caller[][];
  readonly #away = new Set<Caller>();
  readonly #events: { at: number; happen: () => void }[] = [];
  /** The simulation begins at 0, long after any outage. */
  #state: BudgetState = { ...untouched, recoveredAt: -Infinity };
  readonly #asksAgainAt: (number | null)[] = [];
  #now = 0;
  #places = 0;

  constructor(world: World) {
    this.#world = world;
    this.#waiting = Array.from({ length: world.processes ?? 1 }, () => []);
  }

  /** Lets all wishes be asked for, and time pass until nothing happens any more. */
  run(wishes: readonly Wish[]): readonly Sent[] {
    for (const [index, wish] of wishes.entries()) this.#at(wish.at, () => this.#arrive(wish, `w${index}`));
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#now = next.at;
      if (this.#now > (this.#world.until ?? Infinity)) break;
      next.happen();
    }
    return this.sent;
  }

  #at(at: number, happen: () => void): void {
    const index = this.#events.findLastIndex((event) => event.at <= at);
    this.#events.splice(index + 1, 0, { at, happen });
  }

  #next() {
    return this.#events.shift();
  }

  #arrive(wish: Wish, id: string): void {
    const { urgency, isRevoke = false, isBegun = false } = wish;
    const waiter = { id, urgency, isRevoke, isBegun, holdsLock: isBegun, since: this.#now, isBack: false };
    this.#ask({ wish, waiter, timesAway: 0 });
  }

  #ask(caller: Caller): void {
    const process = caller.wish.process ?? 0;
    this.#waiting[process]!.push(caller);
    this.#look(process);
  }

  /** Each look sets the timer anew. */
  #lookIfDue(process: number): void {
    if (this.#asksAgainAt[process] === this.#now) this.#look(process);
  }

  #look(process: number): void {
    const callers = this.#waiting[process]!;
    const away = [0, 0, 0, 0, 0];
    for (const { waiter } of this.#away) away[waiter.urgency]! += 1;
    const turns = takeTurns(
      this.#state,
      callers.map(({ waiter }) => waiter),
      {
        now: this.#now,
        unsureMs: this.#world.unsureMs ?? 0,
        process: `p${process}`,
        options: this.#world.options,
        away,
        newPlace: () => `place ${(this.#places += 1)}`,
      },
    );
    this.#state = turns.state;
    const callerOf = (id: string) => callers.find(({ waiter }) => waiter.id === id)!;
    for (const { waiter, place, at, isProbe } of turns.taken) this.#send(callerOf(waiter.id), place, at, isProbe);
    for (const { waiter, comesAt } of turns.sentAway) this.#leave(callerOf(waiter.id), comesAt);
    const gone = new Set([...turns.taken, ...turns.sentAway].map(({ waiter }) => waiter.id));
    this.#waiting[process] = callers.filter(({ waiter }) => !gone.has(waiter.id));
    this.#asksAgainAt[process] = turns.askAgainAt;
    if (turns.askAgainAt !== null) this.#at(turns.askAgainAt, () => this.#lookIfDue(process));
  }

  #send({ wish, waiter, timesAway }: Caller, place: string, at: number, isProbe: boolean): void {
    const { takesMs: tookMs = 100 } = wish;
    const lateMs = (wish.lateMs ?? 0) + (this.#world.unsureMs ?? 0);
    const sentAt = at + lateMs;
    this.sent.push({ wish, at: sentAt, endsAt: sentAt + tookMs, isProbe, timesAway });
    const ended = { place, isProbe, tookMs, lateMs, outcome: 'answered' as const, ...this.#world.salto?.(at) };
    this.#at(sentAt + tookMs, () => {
      this.#state = afterEnd(this.#state, ended, this.#now);
      // A request that only looked for Salto, or that Salto did not take, is sent anew.
      if (isProbe || ended.outcome !== 'answered') this.#ask({ wish, waiter, timesAway });
      else this.#look(wish.process ?? 0);
    });
  }

  #leave({ wish, waiter, timesAway }: Caller, comesAt: number): void {
    const caller = { wish, waiter: { ...waiter, isBack: true }, timesAway: timesAway + 1 };
    this.#away.add(caller);
    this.#at(comesAt, () => {
      this.#away.delete(caller);
      this.#ask(caller);
    });
  }
}

/** The most of `instants` that lie within any window of so many ms. */
export function mostWithin(windowMs: number, instants: readonly number[]): number {
  const sorted = [...instants].sort((a, b) => a - b);
  let [most, first] = [0, 0];
  for (const [index, at] of sorted.entries()) {
    while (sorted[first]! <= at - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** The most that run at the same instant. */
export function mostAtOnce(spans: readonly { readonly at: number; readonly endsAt: number }[]): number {
  const edges = spans.flatMap(({ at, endsAt }) => [
    { at, by: 1 },
    { at: endsAt, by: -1 },
  ]);
  let [running, most] = [0, 0];
  for (const { by } of edges.sort((a, b) => a.at - b.at || a.by - b.by)) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}
