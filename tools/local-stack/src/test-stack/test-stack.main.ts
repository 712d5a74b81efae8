/** `npm run stack:test`: the test stack in the foreground, until Ctrl-C. */
import { rmSync, writeFileSync } from 'node:fs';
import { runningTestStack, testStackFile } from './running-test-stack.ts';
import { startTestStack } from './test-stack.ts';

if (await runningTestStack()) throw new Error(`A test stack runs already; ${testStackFile} says where`);
const stack = await startTestStack(process.stdout);
writeFileSync(testStackFile, `${JSON.stringify(stack.addresses, null, 2)}\n`);
console.log(`The test stack runs; its addresses are in ${testStackFile}. Ctrl-C ends it.`);

const stop = () => {
  rmSync(testStackFile, { force: true });
  void stack.stop();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
