import { AttemptError, NotYetItsTurn } from '../access/failures.ts';
import type { SentAway } from './sent-away.ts';

const MEANING = {
  budget: ['rate_limited', 'the budget of the connection is used up until then'],
  pause: ['rate_limited', 'Salto KS has asked the connection to wait'],
  outage: ['provider_unavailable', 'Salto KS is out of reach, and is looked for every few seconds'],
} as const;

/**
 * What a caller is told whose turn is too far ahead. An attempt that has not begun ends with it; one that has goes on as
 * with any failure, and tells what it has done.
 * @param inMs when to come back
 */
export function refusal({ waiter, why }: SentAway, inMs: number): AttemptError {
  const [code, message] = MEANING[why];
  const Kind = waiter.isBegun ? AttemptError : NotYetItsTurn;
  return new Kind(code, 'soon', message, { retryAt: Date.now() + Math.max(0, Math.ceil(inMs)) });
}
