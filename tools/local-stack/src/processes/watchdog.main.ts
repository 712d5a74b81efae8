/**
 * Ends the programs of a launcher that died without ending them itself (SIGKILL, out of memory). It learns of that by
 * its standard input, whose other end only the launcher holds: the kernel closes it with the launcher.
 *
 * Input: a line `{"watch":{"pid":1,"signal":"SIGTERM"}}` or `{"forget":1}` each. A pid leads a process group.
 *
 * With a path as its argument it also holds the lock of the launcher's data folder (a socket there), and so holds it
 * until the last program that uses the data has ended. It prints `held` or who has it, then goes on or ends.
 */
import { createInterface } from 'node:readline';
import { holdsWithin } from './probe.ts';
import { signalGroup } from './process-group.ts';
import { type LockState, listenAsLock } from './lock.ts';
import type { WatchdogMessage } from './watchdog.ts';

/** The launcher's promise is that nothing of it lives 5 s after its death. */
const graceMs = 3_000;
const watched = new Map<number, NodeJS.Signals>();
let state: LockState = 'running';

const lockPath = process.argv[2];
const lock = lockPath === undefined ? undefined : await listenAsLock(lockPath, () => state);
if (typeof lock === 'string') {
  process.stdout.write(`${lock}\n`);
  process.exit(1);
}
process.stdout.write('held\n');

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as WatchdogMessage;
  if ('watch' in message) watched.set(message.watch.pid, message.watch.signal);
  else watched.delete(message.forget);
}

state = 'ending';
const groups = [...watched.keys()];
const areGone = () => groups.every((pid) => !signalGroup(pid, 0));
for (const [pid, signal] of watched) signalGroup(pid, signal);
if (!(await holdsWithin(areGone, graceMs))) {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
  await holdsWithin(areGone, 1_000);
}
lock?.close();
