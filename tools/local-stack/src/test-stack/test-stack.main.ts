/** `npm run test:stack`: the test stack in the foreground, until Ctrl-C. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from '../paths.ts';
import { startTestStack } from './test-stack.ts';

const file = join(localFolder, 'test-stack.json');
const stack = await startTestStack((message) => console.log(message));
writeFileSync(file, `${JSON.stringify(stack.addresses, null, 2)}\n`);
console.log(`The test stack runs; its addresses are in ${file}. Ctrl-C ends it.`);

const stop = () => {
  rmSync(file, { force: true });
  void stack.stop();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
