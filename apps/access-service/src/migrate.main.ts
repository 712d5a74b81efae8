import { migrateProcess } from '@latchkey/service-kit';
import { readDatabaseConfig } from './config.ts';
import { migrations } from './migrations/index.ts';

await migrateProcess('access-service', () => readDatabaseConfig().DATABASE_URL, migrations);
