import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Progress, startStack, temporaryFolder } from '@latchkey/local-stack';
import { seedDemo } from '../demo/seed-demo.ts';
import { System } from '../system/system.ts';
import { type Figure, figure } from './measure/figures.ts';
import { canBeRead, memoryMiB, ownProcesses } from './measure/processes.ts';
import { duration } from './measure/statistics.ts';

const MINUTE_MS = 60_000;
const repository = join(import.meta.dirname, '..', '..', '..', '..');
const logFolder = join(repository, '.local', 'logs', 'bench-start');

/**
 * The same as `npm start` where everything is installed: the build, all servers and services, and the demo's data. In a
 * folder of its own, so that a running system is left alone; this process plays the launcher.
 */
export async function start(tell: (line: string) => void): Promise<Figure[]> {
  tell('\nstart');
  const dataFolder = temporaryFolder();
  const lines = new Writable({ write: (chunk, _encoding, done) => (tell(`  ${String(chunk).trimEnd()}`), done()) });
  const command = { name: 'The build', command: 'npm', args: ['run', '--silent', 'build'], cwd: repository };
  const beganAt = performance.now();
  const stack = await startStack({
    profile: 'demo',
    ...{ dataFolder, logFolder, progress: new Progress(lines) },
    build: { ...command, logFile: join(logFolder, 'build.log') },
  });
  try {
    await seedDemo(new System(stack.endpoints));
    const tookMs = performance.now() - beganAt;
    const memory = canBeRead ? memoryMiB(ownProcesses()) : undefined;
    const isSmall = memory === undefined ? undefined : memory <= 3 * 1_024;
    const said = memory === undefined ? 'not told by this system' : `${(memory / 1_024).toFixed(2)} GiB`;
    return [
      figure('npm start, installed → ready', '≤ 60 s', duration(tookMs), tookMs <= MINUTE_MS),
      figure('memory of all processes, once ready', '≤ 3 GiB', said, isSmall),
    ];
  } finally {
    await stack.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
