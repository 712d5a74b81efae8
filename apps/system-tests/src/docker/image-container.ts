import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ComposeService } from './compose-config.ts';

/** Stands for a container: a process that sees the image's folder as its own and only the settings it is given. */
export interface Container {
  /** Runs its health check once. */
  isHealthy(): Promise<boolean>;
  /** Asks it to end, as Docker does. @returns its exit code, also when it has ended already */
  stop(): Promise<number | null>;
  output(): string;
}

/** Runs a command of docker-compose.yml until it ends. @returns its exit code, with its output */
export async function runInImage(
  image: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { child, output } = start(image, ['--enable-source-maps', ...command], env);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}

/** Starts a service of docker-compose.yml, which uses the image. */
export function startContainer(
  image: string,
  { command, healthcheck }: ComposeService,
  env: Readonly<Record<string, string>>,
): Container {
  const { child, output } = start(image, ['--enable-source-maps', ...(command ?? [])], env);
  const [, , ...healthArgs] = healthcheck?.test ?? []; // CMD, node, …
  const ended = once(child, 'close') as Promise<[number | null]>;
  return {
    isHealthy: async () => {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output()}`);
      const [code] = (await once(start(image, healthArgs, env).child, 'close')) as [number | null];
      return code === 0;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
    output,
  };
}

function start(image: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, {
    cwd: image,
    env: { NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (text += piece.toString()));
  return { child, output: () => text };
}
