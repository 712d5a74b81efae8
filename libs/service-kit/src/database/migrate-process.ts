import { configureLogging, logger } from '../logging/logger.ts';
import { fail } from '../shutdown/fail.ts';
import type { Migration } from './migration.ts';
import { runMigrations } from './run-migrations.ts';

const log = logger('migrations');

/** The whole of a `migrate.main.ts`: migrates and ends with 0, with 78 for wrong settings, or with 1 and the reason. */
export async function migrateProcess(
  name: string,
  readUrl: () => string,
  migrations: readonly Migration[],
): Promise<void> {
  configureLogging({ service: name, level: 'info', format: 'json' });
  try {
    const ran = await runMigrations(readUrl(), migrations);
    log.info({ ran: ran.length }, ran.length === 0 ? 'the database is up to date' : 'the database was migrated');
  } catch (error) {
    fail(error);
  }
}
