import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { repositoryFolder } from '../paths.ts';
import { type Check, clearReport, type Counts, countsOf } from './check.ts';

export interface CheckResult extends Counts {
  readonly name: string;
  readonly seconds: number;
}

/** Runs a check with its output on ours. */
export async function runCheck(check: Check, env: NodeJS.ProcessEnv = {}): Promise<CheckResult> {
  console.log(`\n── ${check.name}`);
  return run(check, env, 'inherit');
}

/** Runs checks side by side; the output of each is printed when it has ended. */
export function runTogether(checks: readonly Check[]): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => run(check, {}, 'pipe')));
}

async function run(check: Check, env: NodeJS.ProcessEnv, output: 'inherit' | 'pipe'): Promise<CheckResult> {
  clearReport(check);
  const startedAt = performance.now();
  const child = spawn(check.command, check.args, {
    cwd: repositoryFolder,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const result = {
    name: check.name,
    seconds: (performance.now() - startedAt) / 1000,
    ...countsOf(code ?? 1, check.report),
  };
  if (output === 'pipe') console.log(`\n── ${check.name}\n${text.trimEnd()}`);
  return result;
}

/** Prints a line a check and, last and alone on its line, the sum. Failures set the exit code. */
export function conclude(results: readonly CheckResult[]): void {
  const rows = results.map(
    ({ name, seconds, passed, failed }) =>
      `${name.padEnd(16)}${`${passed} passed`.padStart(14)}${`${failed} failed`.padStart(12)}${`${seconds.toFixed(0)} s`.padStart(8)}`,
  );
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`\n${rows.join('\n')}\n\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
