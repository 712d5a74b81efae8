import type { Logger } from 'typeorm';
import { logger } from '../logging/logger.ts';

const log = logger('database');

/** TypeORM's words in our log. Never parameters: names and e-mails are among them. Failed queries are their caller's to report. */
export class QueryLog implements Logger {
  logQuery(): void {}

  logQueryError(): void {}

  logQuerySlow(timeMs: number, query: string): void {
    log.warn({ timeMs, query }, 'a query was slow');
  }

  logSchemaBuild(): void {}

  logMigration(message: string): void {
    log.debug({}, message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    log[level === 'warn' ? 'warn' : 'debug']({}, String(message));
  }
}
