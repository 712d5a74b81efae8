import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { searchAttributes } from '@latchkey/contracts';
import type { ProgramSpec } from '../processes/program.ts';

const run = promisify(execFile);

export interface TemporalOptions {
  /** The `temporal` program. */
  readonly command: string;
  readonly logFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
  /** Without one its database is in memory, several times faster and gone with the process. */
  readonly databaseFile?: string;
  /** Settings of the server beside those that every environment of the product has. */
  readonly dynamicConfig: Readonly<Record<string, string | number | boolean>>;
}

/** Temporal's development server with its web UI. */
export function temporalProgram(options: TemporalOptions): ProgramSpec {
  const address = `127.0.0.1:${options.port}`;
  if (options.databaseFile) mkdirSync(dirname(options.databaseFile), { recursive: true });
  const dynamicConfig = {
    'matching.enableFairness': true, // one site's herd must not delay another's
    'system.forceSearchAttributesCacheRefreshOnRead': true, // they work at once in a new namespace
    ...options.dynamicConfig,
  };
  return {
    name: 'Temporal',
    command: options.command,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
      ...['--port', `${options.port}`, '--ui-port', `${options.uiPort}`, '--namespace', options.namespace],
      ...(options.databaseFile ? ['--db-filename', options.databaseFile] : []),
      ...pairs('--search-attribute', searchAttributes),
      ...pairs('--dynamic-config-value', dynamicConfig),
    ],
    logFile: options.logFile,
    readyWithinMs: 30_000,
    isReady: () => isTemporalHealthy(options.command, address, options.namespace),
  };
}

function pairs(flag: string, values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

async function isTemporalHealthy(command: string, address: string, namespace: string): Promise<boolean> {
  const ask = ['operator', 'namespace', 'describe', '--address', address, '--namespace', namespace];
  return run(command, ask, { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}
