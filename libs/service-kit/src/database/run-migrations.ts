import { DataSource } from 'typeorm';
import { logger } from '../logging/logger.ts';
import type { Migration } from './migration.ts';
import { QueryLog } from './query-log.ts';

const log = logger('migrations');

/**
 * Brings the database to its newest form. Several starting replicas may call it at once: one migrates, the others wait
 * for it and find nothing to do. Each migration is a transaction of its own.
 * @returns the names of those that ran now
 */
export async function runMigrations(url: string, migrations: readonly Migration[]): Promise<string[]> {
  requireOwnNumbers(migrations);
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations: [...migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    logger: new QueryLog(),
    poolSize: 2,
    connectTimeoutMS: 5_000,
  });
  await dataSource.initialize();
  try {
    return await underLock(dataSource, async () => {
      const ran = await dataSource.runMigrations();
      for (const { name } of ran) log.info({ migration: name }, 'migrated');
      return ran.map(({ name }) => name);
    });
  } finally {
    await dataSource.destroy();
  }
}

/** A session lock, held by one connection of the pool while the other migrates; it ends with the connection at the latest. */
async function underLock<T>(dataSource: DataSource, fn: () => Promise<T>): Promise<T> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query(`SELECT pg_advisory_lock(hashtextextended('latchkey:migrations', 0))`);
    try {
      return await fn();
    } finally {
      await holder.query(`SELECT pg_advisory_unlock(hashtextextended('latchkey:migrations', 0))`);
    }
  } finally {
    await holder.release();
  }
}

/** TypeORM compares names only, so two branches that both took the next number would run in either order. */
function requireOwnNumbers(migrations: readonly Migration[]): void {
  const numbers = migrations.map((Change) => Number(new Change().name?.slice(-13)));
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice !== undefined) throw new Error(`Two migrations have the number ${twice}`);
}
