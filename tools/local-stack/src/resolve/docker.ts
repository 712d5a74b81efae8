import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';
import type { ProgramSpec } from '../processes/program.ts';
import { versionOf } from './programs-here.ts';

const composeFile = join(repositoryFolder, 'docker-compose.yml');

/** Whether a Docker engine answers (its client alone is of no use) and the checkout says what to run on it. */
export async function isDockerRunning(): Promise<boolean> {
  if (!existsSync(composeFile)) return false;
  const engine = await versionOf('docker', 'info', '--format', '{{.ServerVersion}}');
  return engine !== undefined && engine.trim() !== '';
}

export interface ComposeServiceOptions {
  readonly name: string;
  /** Services of docker-compose.yml. */
  readonly services: readonly string[];
  /** One per data folder, so that two checkouts do not share containers. */
  readonly project: string;
  /** Fills the variables of docker-compose.yml: the ports it publishes, passwords. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly isReady: () => Promise<boolean>;
}

/** A part on Docker: Compose in the foreground, which stops its containers when it is asked to end. */
export function composeProgram(options: ComposeServiceOptions): ProgramSpec {
  const compose = ['compose', '--file', composeFile, '--project-name', options.project];
  return {
    name: options.name,
    command: 'docker',
    args: [...compose, 'up', '--no-deps', ...options.services],
    env: { ...process.env, ...options.env },
    stopSignal: 'SIGINT',
    logFile: options.logFile,
    readyWithinMs: 5 * 60_000, // images may have to be pulled
    isReady: options.isReady,
  };
}
