import { compareVersions } from './version-check.ts';

test.each([
  [undefined, 1, 'next'],
  [undefined, 4, 'gap'],
  [3, 4, 'next'],
  [3, 5, 'gap'],
  [3, 3, 'duplicate'],
  [3, 2, 'stale'],
] as const)('after version %s, version %s is %s', (seen, incoming, expected) => {
  expect(compareVersions(seen, incoming)).toBe(expected);
});
