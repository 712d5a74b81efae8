import { Global, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { logger } from '../logging/logger.ts';
import { purgeKeys } from './idempotency-keys.ts';
import { TransactionInterceptor } from './transaction.interceptor.ts';

const log = logger('idempotency');
const PURGE_EVERY_MS = 3_600_000;

/** Gives handlers `@Transaction()`, and forgets Idempotency-Keys after a day. Needs `databaseModule` and the table. */
@Global()
@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: TransactionInterceptor }] })
export class TransactionModule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #dataSource: DataSource;
  #timer: NodeJS.Timeout | undefined;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#purge(), PURGE_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #purge(): Promise<void> {
    try {
      await purgeKeys(this.#dataSource);
    } catch (error) {
      log.warn({ error }, 'old idempotency keys could not be deleted; tried again in an hour');
    }
  }
}
