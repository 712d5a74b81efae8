import { configureLogging, inTransaction, logger, typeOrmOptions } from '@latchkey/service-kit';
import { DataSource } from 'typeorm';
import { readDatabaseConfig } from '../config.ts';
import { Epochs } from './epochs.ts';

/**
 * For an operator who put back a snapshot of the database's whole volume, which nothing else may notice. Harmless where
 * it was not needed: every revision is sent once more.
 */
configureLogging({ service: 'access-service', level: 'info', format: 'json' });
const dataSource = await new DataSource(
  typeOrmOptions({ url: readDatabaseConfig().DATABASE_URL, entities: [], poolSize: 2 }),
).initialize();
const epoch = await inTransaction(dataSource, (em) => new Epochs().begin(em, 'an operator said so'));
logger('epochs').info({ epoch }, 'a new epoch began');
await dataSource.destroy();
