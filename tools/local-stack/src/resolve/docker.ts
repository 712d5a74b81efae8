import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';
import type { ProgramSpec } from '../processes/program.ts';
import { versionOf } from './programs-here.ts';

/** The servers of docker-compose.yml, without the services: those run from the checkout. */
const composeFile = join(repositoryFolder, 'deploy', 'servers.docker-compose.yml');

/** Whether a Docker engine answers (its client alone is of no use) and Compose is there to speak to it. */
export async function isDockerRunning(): Promise<boolean> {
  const engine = await versionOf('docker', 'info', '--format', '{{.ServerVersion}}');
  if (engine === undefined || engine.trim() === '') return false;
  return (await versionOf('docker', 'compose', 'version')) !== undefined;
}

export interface ComposeServiceOptions {
  readonly name: string;
  /** Services of the file. */
  readonly services: readonly string[];
  /** One per data folder, so that two checkouts do not share containers. */
  readonly project: string;
  /** Fills the variables of the file: ports to publish. */
  readonly env: Readonly<Record<string, string>>;
  /** Of every database. Compose wants it for each service of the file, started or not. */
  readonly databasePassword: string;
  readonly logFile: string;
  readonly isReady: () => Promise<boolean>;
}

/** A part on Docker: Compose in the foreground, which stops its containers when it is asked to end. */
export function composeProgram(options: ComposeServiceOptions): ProgramSpec {
  const { env, databasePassword } = options;
  const passwords = { POSTGRES_PASSWORD: databasePassword, TEMPORAL_DB_PASSWORD: databasePassword };
  const compose = ['compose', '--file', composeFile, '--project-name', options.project];
  return {
    name: options.name,
    command: 'docker',
    args: [...compose, 'up', '--no-deps', ...options.services],
    env: { ...process.env, ...passwords, ...env },
    stopSignal: 'SIGINT',
    logFile: options.logFile,
    readyWithinMs: 5 * 60_000, // images may have to be pulled
    isReady: options.isReady,
  };
}
