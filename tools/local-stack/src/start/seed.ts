import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logsFolder, repositoryFolder } from '../paths.ts';
import type { Step } from '../processes/run-to-end.ts';
import type { Stack } from '../stack/stack.ts';
import type { Progress } from '../terminal/progress.ts';

const script = join(repositoryFolder, 'apps', 'system-tests', 'src', 'demo', 'seed.ts');

const seed: Step = {
  name: 'The demo data',
  command: process.execPath,
  args: ['--conditions=latchkey-source', script],
  cwd: repositoryFolder,
  logFile: join(logsFolder, 'seed.log'),
};

/** Fills a new system with the demo's locations, people and doors, once; `npm run seed` does it again. */
export async function seedOnce(dataFolder: string, stack: Stack, progress: Progress): Promise<void> {
  const marker = join(dataFolder, 'seeded');
  if (existsSync(marker) || !existsSync(script)) return;
  await progress.task('Demo data', () => stack.run(seed));
  writeFileSync(marker, '');
}
