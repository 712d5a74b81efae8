/** `npm start`: the whole system with a demo, until Ctrl-C. `npm run dev` adds --watch. */
import { dataFolder } from '../paths.ts';
import { AlreadyRunningError } from '../processes/watchdog.ts';
import { MissingProgramsError } from '../stack/plan.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Progress } from '../terminal/progress.ts';
import { build } from './build.ts';
import { endpointsFile, removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import { restartOnChange } from './restart-on-change.ts';
import { seedOnce } from './seed.ts';
import { summary } from './summary.ts';

const progress = new Progress(process.stdout);
const interruption = new AbortController();
let stack: Stack | undefined;
let isEnding = false;

/** The first signal ends everything in order, the second at once. */
async function onSignal(): Promise<void> {
  const isImpatient = isEnding;
  isEnding = true;
  progress.note(isImpatient ? 'Ending at once' : 'Stopping; Ctrl-C again ends it at once');
  if (!stack || isImpatient) interruption.abort();
  await (isImpatient ? stack?.kill() : stack?.stop());
  removeEndpoints();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void onSignal());

try {
  const startedAt = performance.now();
  stack = await startStack({ profile: 'demo', dataFolder, progress, build, signal: interruption.signal });
  writeEndpoints(stack.endpoints);
  await seedOnce(dataFolder, stack, progress);
  if (process.argv.includes('--watch')) restartOnChange(stack, progress);
  progress.note(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  progress.note(summary(stack.endpoints, endpointsFile));
} catch (error) {
  process.exitCode = 1;
  if (!isEnding) progress.note(explain(error));
  await stack?.stop();
}

function explain(error: unknown): string {
  if (error instanceof AlreadyRunningError) return `The system runs already; ${endpointsFile} has its addresses.`;
  if (error instanceof MissingProgramsError || error instanceof Error) return `\n${error.message}`;
  return String(error);
}
