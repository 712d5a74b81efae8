import type { FaultKind } from '../faults/fault-rule.ts';

/** One request to the API or to identity. */
export interface Call {
  /** Its number, from 0, of all calls that this fake ever had. */
  seq: number;
  at: string;
  method: string;
  path: string;
  /** `pending` while it is dealt with; `reset` and `silence` are for the caller a call without an answer. */
  outcome: 'pending' | 'answer' | 'reset' | 'silence';
  /** Null without an answer. */
  status: number | null;
  duration_ms: number | null;
  traceparent: string | null;
  /** The account whose token was used. */
  caller: string | null;
  fault: FaultKind | null;
}

/** Many enough for a benchmark of some minutes, few enough for memory. */
const CALLS_KEPT = 100_000;

/** The calls that were made, oldest first, so that tests and benchmarks can count them. */
export class CallLog {
  #calls: Call[] = [];
  #added = 0;

  /** How many were ever added, forgotten or not. */
  get added(): number {
    return this.#added;
  }

  add(given: Omit<Call, 'seq'>): Call {
    const call = { seq: this.#added, ...given };
    this.#calls.push(call);
    this.#added += 1;
    if (this.#calls.length > CALLS_KEPT * 1.2) this.#calls = this.#calls.slice(-CALLS_KEPT);
    return call;
  }

  /** The newest calls, at most `limit`, of those after the first `seen`. */
  since(seen: number, limit: number): Call[] {
    const fresh = Math.min(this.#added - seen, limit);
    return fresh > 0 ? this.#calls.slice(-fresh) : [];
  }

  /** The calls that pass the filter. */
  matching(filter: (call: Call) => boolean): Call[] {
    return this.#calls.filter(filter);
  }

  /** Forgets the calls that pass the filter. */
  forget(filter: (call: Call) => boolean): void {
    this.#calls = this.#calls.filter((call) => !filter(call));
  }

  clear(): void {
    this.#calls = [];
  }
}
