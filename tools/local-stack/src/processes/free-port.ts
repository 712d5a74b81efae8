import { createServer } from 'node:net';

/**
 * Below the ports that Linux (32768…) and macOS (49152…) hand to outgoing connections: a port out of those could be
 * taken by a client of ours while its server is down for a restart.
 */
const lowest = 20_000;
const highest = 32_000;
const handedOut = new Set<number>();

/** Whether a server could listen on this port of the loopback interface now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A free port of the loopback interface, never the same twice in a process. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (handedOut.has(port) || !(await isPortFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`No free port between ${lowest} and ${highest} on 127.0.0.1`);
}
