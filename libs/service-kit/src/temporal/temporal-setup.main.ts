import { Connection } from '@temporalio/client';
import { ConfigError } from '../config/read-config.ts';
import { readTemporalConfig } from './config.ts';
import { connectionOptions } from './connection.ts';
import { setUpNamespace } from './namespace.ts';

/** The set-up step of Temporal, before the first service starts and with every release: idempotent. */
try {
  const config = readTemporalConfig();
  const connection = await Connection.connect(connectionOptions(config));
  const done = await setUpNamespace(connection, config.TEMPORAL_NAMESPACE);
  process.stdout.write(`${done.join('\n')}\n`);
  await connection.close();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
