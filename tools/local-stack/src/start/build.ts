import { join } from 'node:path';
import { logsFolder, repositoryFolder } from '../paths.ts';
import type { Step } from '../processes/run-to-end.ts';

/** Builds what has changed since the last build. */
export const build: Step = {
  name: 'The build',
  command: 'npm',
  args: ['run', '--silent', 'build'],
  cwd: repositoryFolder,
  logFile: join(logsFolder, 'build.log'),
};
