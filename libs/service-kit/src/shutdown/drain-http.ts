import type { Server } from 'node:http';

const SWEEP_EVERY_MS = 50;

/** Refuses new connections, lets requests in flight finish, and closes each connection once it is idle. */
export async function drainHttp(server: Server): Promise<void> {
  if (!server.listening) return;
  // A connection that was busy at `close` stays open, idle, until its keep-alive ends; so idle ones are swept.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
}
