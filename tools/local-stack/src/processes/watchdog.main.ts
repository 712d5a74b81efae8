/**
 * Ends the programs of a launcher that died without ending them itself (SIGKILL, out of memory). It learns of that by
 * its standard input, whose other end only the launcher holds: the kernel closes it with the launcher.
 *
 * Input: a line `{"watch":{"pid":1,"signal":"SIGTERM"}}` or `{"forget":1}` each. A pid leads a process group.
 */
import { createInterface } from 'node:readline';
import { signalGroup } from './process-group.ts';
import { holdsWithin } from './probe.ts';
import type { WatchdogMessage } from './watchdog.ts';

/** The launcher's promise is that nothing of it lives 5 s after its death. */
const graceMs = 3_000;
const watched = new Map<number, NodeJS.Signals>();

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as WatchdogMessage;
  if ('watch' in message) watched.set(message.watch.pid, message.watch.signal);
  else watched.delete(message.forget);
}

const groups = [...watched.keys()];
for (const [pid, signal] of watched) signalGroup(pid, signal);
await holdsWithin(() => groups.every((pid) => !signalGroup(pid, 0)), graceMs);
for (const pid of groups) signalGroup(pid, 'SIGKILL');
