import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countsOf } from './check.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-check-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function report(numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites = 0): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites }));
  return file;
}

test('a check without a report counts as one test', () => {
  expect(countsOf(0, undefined)).toEqual({ passed: 1, failed: 0 });
  expect(countsOf(2, undefined)).toEqual({ passed: 0, failed: 1 });
});

test("Jest's tests are counted from its report", () => {
  expect(countsOf(0, report(7, 0))).toEqual({ passed: 7, failed: 0 });
  expect(countsOf(1, report(7, 2))).toEqual({ passed: 7, failed: 2 });
});

test('a test file that could not be loaded counts as failed', () => {
  expect(countsOf(1, report(7, 0, 1))).toEqual({ passed: 7, failed: 1 });
});

test('a tier that found no tests, or ended badly after its tests, has failed', () => {
  expect(countsOf(1, report(0, 0))).toEqual({ passed: 0, failed: 1 });
});

test('a tier that ended before it could report has failed', () => {
  expect(countsOf(134, join(folder, 'nothing.json'))).toEqual({ passed: 0, failed: 1 });
});
