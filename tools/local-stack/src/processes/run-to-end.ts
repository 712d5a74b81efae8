import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Watchdog } from './watchdog.ts';

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
}

/** Runs a command that ends by itself. Throws with the end of its output when it fails. */
export async function runToEnd(step: Step, watchdog: Watchdog): Promise<void> {
  mkdirSync(dirname(step.logFile), { recursive: true });
  const log = openSync(step.logFile, 'a');
  const logStart = statSync(step.logFile).size;
  const child = spawn(step.command, step.args, {
    cwd: step.cwd,
    env: step.env ?? process.env,
    stdio: ['ignore', log, log],
    detached: true, // Ctrl-C is the launcher's to handle
  });
  closeSync(log);
  if (child.pid !== undefined) watchdog.watch(child.pid, 'SIGTERM');
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (child.pid !== undefined) watchdog.forget(child.pid);
  if (code === 0) return;
  const output = readFileSync(step.logFile).subarray(logStart).toString().trimEnd().split('\n').slice(-20);
  throw new Error(
    `${step.name} failed (${signal ?? `exit code ${code}`}). ${step.logFile} ends with:\n${output.join('\n')}`,
  );
}
