import { classifySendFailure } from './send-failures.ts';

function failure(properties: object, cause?: Error): Error {
  return Object.assign(new Error('failed', { cause }), properties);
}

test.each([
  ['a record that is too large', failure({ type: 'MESSAGE_TOO_LARGE' }), 'message'],
  ['a missing topic', failure({ type: 'UNKNOWN_TOPIC_OR_PARTITION' }), 'topic'],
  ['a topic without permission', failure({ type: 'TOPIC_AUTHORIZATION_FAILED' }), 'topic'],
  ['a closed connection', failure({ name: 'KafkaJSConnectionClosedError' }), 'unreachable'],
  ['an error that nobody foresaw', failure({}), 'topic'],
  ['something that is no error', 'oops', 'topic'],
] as const)('%s is found beneath the retries', (_, cause, expected) => {
  expect(classifySendFailure(cause)).toBe(expected);
  if (cause instanceof Error) {
    expect(classifySendFailure(failure({ name: 'KafkaJSNumberOfRetriesExceeded' }, cause))).toBe(expected);
  }
});
