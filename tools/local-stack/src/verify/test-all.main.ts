/** `npm test`: everything. With --full (`npm run test:full`) also what takes long: many seeds, real outages. */
import { provideChromium } from '../downloads/chromium-program.ts';
import { runningTestStack } from '../test-stack/running-test-stack.ts';
import { startTestStack } from '../test-stack/test-stack.ts';
import { type Check, jest, quickChecks } from './check.ts';
import { type CheckResult, conclude, runCheck, runTogether } from './run-check.ts';

const env = process.argv.includes('--full') ? { LATCHKEY_TEST_FULL: '1', LATCHKEY_PROPERTY_RUNS: '500' } : {};
const build: Check = { name: 'Build', command: 'npm', args: ['run', '--silent', 'build'] };

await provideChromium((message) => console.log(message)); // what is missing is said before anything starts

conclude([
  ...(await runTogether(quickChecks)),
  await runCheck(build),
  await integrationTests(),
  await runCheck(jest('system'), env),
]);

async function integrationTests(): Promise<CheckResult> {
  const running = await runningTestStack();
  const own = running ? undefined : await startTestStack(process.stdout);
  try {
    return await runCheck(jest('int'), { ...env, LATCHKEY_TEST_STACK: JSON.stringify(running ?? own?.addresses) });
  } finally {
    await own?.stop();
  }
}
