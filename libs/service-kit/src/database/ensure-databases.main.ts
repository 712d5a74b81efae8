import { ConfigError } from '../config/read-config.ts';
import { readDatabasesConfig } from './config.ts';
import { ensureDatabases } from './ensure-databases.ts';

/** The set-up step of PostgreSQL, before the first migrations and with every release: repeatable. */
try {
  const config = readDatabasesConfig();
  const made = await ensureDatabases(config.SERVER_URL, config.DATABASE_URLS);
  process.stdout.write(`Databases: ${made.length === 0 ? 'all there' : `made ${made.join(', ')}`}.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
