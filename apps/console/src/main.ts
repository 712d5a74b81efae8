import { once } from 'node:events';
import { join } from 'node:path';
import { readConsoleConfig } from './config.ts';
import { createConsole } from './server/console.ts';

/** Serves until SIGTERM or SIGINT. Settings that are wrong are printed, and end it with 78 (EX_CONFIG). */
async function main(): Promise<void> {
  const config = readConsoleConfig();
  const server = createConsole(config, join(import.meta.dirname, 'page'));
  server.listen(config.HTTP_PORT, config.HTTP_HOST);
  await once(server, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close());
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 78;
}
