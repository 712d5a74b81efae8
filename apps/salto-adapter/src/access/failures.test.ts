import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { asDoorFailure, AttemptError, AttemptFailed, LOCK_LOST, NotYetItsTurn } from './failures.ts';

const inSeconds = (seconds: number) => ({ retryAt: Date.now() + seconds * 1_000 });

test('a pause longer than a burst is for the workflow, which shows it', () => {
  const failed = (seconds: number) =>
    new AttemptFailed(new SaltoKsError('x', { code: 'rate_limited', retry: 'soon', ...inSeconds(seconds) })).retry;
  expect([failed(5), failed(30)]).toEqual(['soon', 'later']);
});

test('who only waits for its turn has not failed before it is late', () => {
  const waits = (seconds: number) =>
    new AttemptFailed(new NotYetItsTurn('rate_limited', 'soon', 'x', inSeconds(seconds))).retry;
  expect([waits(5), waits(100), waits(180)]).toEqual(['soon', 'soon', 'later']);
});

test('an outage is shown like any other failure', () => {
  const failure = new NotYetItsTurn('provider_unavailable', 'soon', 'x', inSeconds(30));
  expect(new AttemptFailed(failure).retry).toBe('later');
});

test('a lost lock and a turn that is not yet end the attempt; what concerns one group does not', () => {
  const ending = [new AttemptError(LOCK_LOST, 'soon', 'x'), new NotYetItsTurn('rate_limited', 'soon', 'x')];
  for (const error of ending) expect(() => asDoorFailure(error)).toThrow(error);
  const refused = new AttemptError('rate_limited', 'soon', 'x');
  expect(asDoorFailure(refused)).toBe(refused);
});
