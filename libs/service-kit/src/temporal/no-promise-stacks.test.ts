import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const preload = fileURLToPath(new URL('./no-promise-stacks.ts', import.meta.url));
const inThread = `
  import v8 from 'node:v8';
  try { v8.promiseHooks.createHook({}) } catch (error) { console.log(error.message) }`;

test('the threads in which workflows run are refused a hook on promises too', async () => {
  const module = `data:text/javascript,${encodeURIComponent(inThread)}`;
  const script = `new (require('node:worker_threads').Worker)(new URL(${JSON.stringify(module)}))`;
  const { stdout } = await promisify(execFile)(process.execPath, [`--import=${preload}`, '-e', script]);
  expect(stdout.trim()).toBe('stacks of promises are not recorded');
});
