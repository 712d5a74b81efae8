import { isTemporalRecent, javaMajor } from './programs-here.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_202"', 1],
  [undefined, undefined],
])('the major version of %p is %p', (text, major) => {
  expect(javaMajor(text)).toBe(major);
});

test.each([
  ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', true],
  ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', true],
  ['temporal version 1.4.1 (Server 1.28.0, UI 2.39.0)', false],
  ['something else', false],
  [undefined, false],
])('whether %p is recent enough: %p', (text, isRecent) => {
  expect(isTemporalRecent(text)).toBe(isRecent);
});
