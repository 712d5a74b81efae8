import type { FaultKind } from '../faults/fault-rule.ts';

/** One request to the API or to identity. */
export interface Call {
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

  add(call: Call): Call {
    this.#calls.push(call);
    if (this.#calls.length > CALLS_KEPT * 1.2) this.#calls = this.#calls.slice(-CALLS_KEPT);
    return call;
  }

  /** The calls that pass the filter. */
  matching(filter: (call: Call) => boolean): Call[] {
    return this.#calls.filter(filter);
  }

  clear(): void {
    this.#calls = [];
  }
}
