/** `with-test-stack.main.ts <command> …`: runs the command with a test stack, the running one or one of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runningTestStack } from './running-test-stack.ts';
import { startTestStack } from './test-stack.ts';

const [command, ...args] = process.argv.slice(2);
if (!command) throw new Error('Usage: with-test-stack.main.ts <command> [arguments]');

const running = await runningTestStack();
const own = running ? undefined : await startTestStack(process.stderr);
const env = { ...process.env, LATCHKEY_TEST_STACK: JSON.stringify(running ?? own?.addresses) };
const child = spawn(command, args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const [code] = (await once(child, 'exit')) as [number | null];
await own?.stop();
process.exitCode = code ?? 1;
