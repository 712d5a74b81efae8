import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the stack that holds a data folder runs, or is ending after its launcher. */
export type LockState = 'running' | 'ending';

/**
 * The socket that locks a data folder. A file with a process id would outlive a crash, and another process may get
 * the id; nobody answers at the socket of a dead process. It is not in the folder itself because the path of a socket
 * may have some 100 bytes only.
 */
export function lockPath(dataFolder: string): string {
  const id = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  return join(tmpdir(), `latchkey-${id}.lock`);
}

/** Takes the lock; answers with its holder's state when somebody has it. */
export async function listenAsLock(path: string, state: () => LockState): Promise<Server | LockState> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // who asked has left
    socket.end(state());
  });
  if (await listen(server, path)) return server;
  const holder = await lockHolder(path);
  if (holder) return holder;
  rmSync(path, { force: true }); // left behind by a holder that was killed
  if (await listen(server, path)) return server;
  return 'running';
}

/** What the holder of the lock says of itself; undefined when nobody holds it. */
export function lockHolder(path: string): Promise<LockState | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined); // `close` follows
    socket.on('close', () => resolve(answer === 'running' || answer === 'ending' ? answer : undefined));
  });
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(path, () => resolve(true));
  });
}
