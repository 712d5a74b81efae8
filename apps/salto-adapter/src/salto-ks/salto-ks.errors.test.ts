import { errorOf, noAnswer, retryAtOf } from './salto-ks.errors.ts';

test.each([
  [401, undefined, 'access_token_refused', 'soon', false],
  [403, '2203', 'user_out_of_reach', 'never', false],
  [403, undefined, 'insufficient_permissions', 'later', false],
  [404, '2202', 'user_deleted_externally', 'never', false],
  [404, undefined, 'group_missing', 'never', false],
  [400, '1100', 'request_refused', 'never', false],
  [400, '1101', 'request_refused', 'never', false],
  [409, undefined, 'request_refused', 'never', false],
  [429, undefined, 'rate_limited', 'soon', false],
  [503, undefined, 'provider_unavailable', 'soon', false],
  [500, undefined, 'provider_unavailable', 'soon', true],
  [502, undefined, 'provider_unavailable', 'soon', true],
  [504, undefined, 'provider_unavailable', 'soon', true],
  [408, undefined, 'provider_unavailable', 'soon', true],
  [418, undefined, 'unknown_provider_error', 'later', false],
  [302, undefined, 'unknown_provider_error', 'later', false],
  [599, undefined, 'unknown_provider_error', 'later', true],
  [200, '2202', 'user_deleted_externally', 'never', false],
  [200, '1101', 'request_refused', 'never', false],
  [200, '9999', 'unknown_provider_error', 'later', true],
])('HTTP %i with code %s is %s, to be repeated %s, unknown: %s', (status, saltoCode, code, retry, isAnswerUnknown) => {
  expect(errorOf('add to group', { status, saltoCode }, 'group_missing')).toMatchObject({
    code,
    retry,
    isAnswerUnknown,
  });
});

test('the message carries the status and Salto’s code', () => {
  const error = errorOf('add to group', { status: 404, saltoCode: '2202' }, 'group_missing');
  expect(error.message).toBe('add to group: HTTP 404, Salto code 2202');
});

test.each([
  ['ECONNREFUSED', false],
  ['UND_ERR_CONNECT_TIMEOUT', false],
  ['ENOTFOUND', false],
  ['ECONNRESET', true],
  ['UND_ERR_SOCKET', true],
])('no answer because of %s leaves open whether the request was done: %s', (code, isAnswerUnknown) => {
  const cause = Object.assign(new Error('x'), { code });
  expect(noAnswer('add to group', cause)).toMatchObject({
    code: 'provider_unavailable',
    retry: 'soon',
    isAnswerUnknown,
  });
});

test('a time-out is an unknown answer', () => {
  const cause = new DOMException('The operation timed out', 'TimeoutError');
  expect(noAnswer('add to group', cause)).toMatchObject({ isAnswerUnknown: true });
});

test.each([
  ['30', 1_030_000],
  ['0', 1_000_000],
  ['Thu, 01 Jan 1970 00:20:00 GMT', 1_200_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 1_000_000],
  ['86400', 4_600_000],
  ['99999999999999999999', 4_600_000],
  ['Thu, 01 Jan 2099 00:00:00 GMT', 4_600_000],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After %s at 1,000,000 ms is %s', (header, at) => {
  expect(retryAtOf(header, 1_000_000)).toBe(at);
});
