import { metrics } from '@latchkey/service-kit';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { BudgetRepository } from './budget.repository.ts';
import { isUnlimited, SENT_WITHIN_MS, type BudgetOptions } from './budget-state.ts';
import type { Ended } from './ended.ts';
import { TurnTaker, type Ask, type TakenTurn } from './turn-taker.ts';

export interface ConnectionBudgetParts {
  readonly connectionId: string;
  readonly budgets: BudgetRepository;
  readonly options: BudgetOptions;
  /** A harmless request that tells whether Salto KS is there. */
  readonly probe: () => Promise<unknown>;
}

/** Awaited by a request when nothing but sending is left to do. */
export type Departs = () => Promise<void>;

/** A turn, and where another comes from. */
interface Held {
  readonly turn: TakenTurn;
  readonly next?: () => Promise<TakenTurn>;
}

const waits = () => metrics.histogram('salto_turn_wait_seconds', 'Until a request had its turn', ['urgency']);
const refusals = () => metrics.counter('salto_turns_refused_total', 'Callers told to come back', ['urgency', 'code']);

/** What one connection may ask of Salto KS, this process's part of it (docs/adr/0018). */
export class ConnectionBudget {
  readonly #parts: ConnectionBudgetParts;
  readonly #turns: TurnTaker;
  #isHeldElsewhere = false;

  constructor(parts: ConnectionBudgetParts) {
    this.#parts = parts;
    this.#turns = new TurnTaker(parts.connectionId, parts.budgets, parts.options);
  }

  /**
   * An attempt is about to begin.
   * @param isHeld what the row said just now: without a budget nobody looks at it before each request
   * @throws as `run`
   */
  async enter(ask: Omit<Ask, 'isBegun'>, isHeld: boolean): Promise<void> {
    this.#isHeldElsewhere = isHeld;
    if (isHeld || !isUnlimited(this.#parts.options))
      await this.#counted(ask, this.#turns.look({ ...ask, isBegun: false }));
  }

  /**
   * Runs `request` when its turn has come. The request awaits `departs` when nothing but sending is left to do: the
   * budget has to know when it was sent, and one that would be sent too late for its turn takes another.
   * @throws AttemptError with the instant to come back; whatever `request` throws
   */
  async run<T>(ask: Ask, request: (departs: Departs) => Promise<T>): Promise<T> {
    if (isUnlimited(this.#parts.options) && !this.#isHeld()) return this.#watched(request);
    const beganAt = performance.now();
    const turn = await this.#turn(ask);
    waits().observe({ urgency: String(ask.urgency) }, (performance.now() - beganAt) / 1_000);
    return this.#watched(request, { turn, next: () => this.#turn({ ...ask, isBegun: true }) });
  }

  async #turn(ask: Ask): Promise<TakenTurn> {
    for (;;) {
      const turn = await this.#counted(ask, this.#turns.take(ask));
      if (!turn.isProbe) return turn;
      await this.#probe(turn);
    }
  }

  async #counted<T>({ urgency }: Pick<Ask, 'urgency'>, waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal_error';
      refusals().inc({ urgency: String(urgency), code });
      throw error;
    }
  }

  /** Whatever it shows is in the row, where the one who asked finds it when it asks again. */
  async #probe(turn: TakenTurn): Promise<void> {
    await this.#watched(this.#parts.probe, { turn }).catch(() => undefined);
  }

  async #watched<T>(request: (departs: Departs) => Promise<T>, held?: Held): Promise<T> {
    const beganAt = performance.now();
    let turn = held?.turn;
    let lateMs: number | undefined;
    const departs = async () => {
      if (turn === undefined) return;
      while (held?.next !== undefined && performance.now() > turn.at + SENT_WITHIN_MS) {
        this.#turns.end({ place: turn.place, isProbe: turn.isProbe, outcome: 'unused', tookMs: 0 });
        turn = await held.next();
      }
      lateMs = performance.now() - turn.at + turn.unsureMs;
    };
    const end = (what: Pick<Ended, 'outcome' | 'retryAfterMs'>) => {
      // Without a turn nothing waits for it, and nobody need know that all is well.
      if (turn === undefined && what.outcome === 'answered' && !this.#turns.seen?.state.failures) return;
      const { place = '', isProbe = false } = turn ?? {};
      const sent = lateMs === undefined ? {} : { lateMs };
      this.#turns.end({ place, isProbe, ...sent, ...what, tookMs: performance.now() - beganAt });
    };
    try {
      const answer = await request(departs);
      end({ outcome: 'answered' });
      return answer;
    } catch (error) {
      end(meaningOf(error));
      throw error;
    }
  }

  #isHeld(): boolean {
    if (this.#isHeldElsewhere || this.#turns.isTelling) return true;
    const { seen } = this.#turns;
    if (seen === undefined) return false;
    const { state, now, readAt } = seen;
    return state.probeAt !== null || state.pausedUntil > now + performance.now() - readAt;
  }
}

/** What a request that threw says about the connection. */
function meaningOf(error: unknown): Pick<Ended, 'outcome' | 'retryAfterMs'> {
  if (!(error instanceof SaltoKsError)) return { outcome: 'unused' };
  const { code, status, cause, retryAt } = error;
  const asked = retryAt === undefined ? {} : { retryAfterMs: Math.max(0, retryAt - Date.now()) };
  if (code === 'rate_limited') return { outcome: 'limited', ...asked };
  // Neither an answer nor a reason why there is none: it was not sent (`send`).
  if (status === undefined && cause === undefined) return { outcome: 'unused' };
  return { outcome: code === 'provider_unavailable' || (status ?? 0) >= 500 ? 'failed' : 'answered', ...asked };
}
