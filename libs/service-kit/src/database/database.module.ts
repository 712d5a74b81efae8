import { Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import { logger } from '../logging/logger.ts';
import { QueryLog } from './query-log.ts';
import { SnakeCaseStrategy } from './snake-case.strategy.ts';

export interface DatabaseOptions {
  url: string;
  entities: readonly EntityTarget<ObjectLiteral>[];
  /** Connections of this process at most; default 10. */
  poolSize?: number;
  /** The database ends a statement that runs longer; default 10 s. */
  statementTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
}

const log = logger('database');
const SLOW_QUERY_MS = 1_000;

/** Drops readiness while the database does not answer. */
@Module({})
class DatabaseReadiness implements OnModuleInit {
  readonly #dataSource: DataSource;
  readonly #checks: ReadinessChecks;

  constructor(dataSource: DataSource, checks: ReadinessChecks) {
    this.#dataSource = dataSource;
    this.#checks = checks;
  }

  onModuleInit(): void {
    this.#checks.register('database', async () => {
      await this.#dataSource.query('SELECT 1');
      return { ready: true };
    });
  }
}

/**
 * The service's own database. `timestamptz` columns are Dates (or epoch milliseconds by `instant`), `int8` is text (or a
 * number by `int8`). Schemas come from migrations alone; it waits half a minute for a database that is not up yet.
 */
export function databaseModule(options: DatabaseOptions): DynamicModule {
  return { module: DatabaseReadiness, imports: [TypeOrmModule.forRoot(typeOrmOptions(options))] };
}

/** TypeORM's options for a database of this product, for processes and tests without Nest. */
export function typeOrmOptions(options: DatabaseOptions): TypeOrmModuleOptions & { type: 'postgres' } {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  return {
    type: 'postgres',
    url: options.url,
    entities: [...options.entities] as TypeOrmModuleOptions['entities'],
    namingStrategy: new SnakeCaseStrategy(),
    synchronize: false,
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 5_000,
    applicationName: options.applicationName,
    logger: new QueryLog(),
    maxQueryExecutionTime: SLOW_QUERY_MS,
    // A dropped idle connection is the pool's to replace; unhandled it would end the process.
    poolErrorHandler: (error: unknown) => log.warn({ error }, 'a database connection was lost'),
    extra: {
      statement_timeout: statementTimeoutMs,
      // A handler that hangs must not hold row locks for ever.
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      // Statements that are sent together (`together`) travel together.
      pipeline: true,
    },
    retryAttempts: 30,
    retryDelay: 1_000,
  };
}
