import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder, repositoryFolder } from '../paths.ts';

/** One thing that is verified by a command. */
export interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Jest's report; a check without one counts as one test. */
  readonly report?: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const installed = (...path: string[]) => join(repositoryFolder, 'node_modules', ...path);
const node = (name: string, ...args: string[]): Check => ({ name, command: process.execPath, args });

/** What needs no servers, nor the build. */
export const quickChecks: readonly Check[] = [
  node('Lint', installed('eslint', 'bin', 'eslint.js'), '.'),
  node('Format', installed('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'),
  node('Types', installed('typescript', 'bin', 'tsc'), '-p', '.'),
  node('Types: page', installed('typescript', 'bin', 'tsc'), '-p', join('apps', 'console', 'src', 'page')),
  jest('unit'),
];

/** A tier of Jest tests; `jest.<tier>.config.mjs` says which files are in it. */
export function jest(tier: 'unit' | 'int' | 'system'): Check {
  const report = join(localFolder, 'reports', `${tier}.json`);
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const program = [installed('jest', 'bin', 'jest.js'), '-c', join(repositoryFolder, `jest.${tier}.config.mjs`)];
  return { ...node(`Tests: ${tier}`, ...flags, ...program, '--json', `--outputFile=${report}`), report };
}

/** Makes sure that an old report is not taken for a new one. */
export function clearReport({ report }: Check): void {
  if (report === undefined) return;
  mkdirSync(join(report, '..'), { recursive: true });
  rmSync(report, { force: true });
}

/** How many tests a check counts for, by its exit code and Jest's report. Whatever failed counts at least once. */
export function countsOf(exitCode: number, report: string | undefined): Counts {
  if (report === undefined) return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const results = readReport(report);
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

type JestResults = Readonly<Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites', number>>;

function readReport(file: string): JestResults {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }; // it ended before it could report
  }
}
