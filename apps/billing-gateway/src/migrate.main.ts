import { migrateProcess } from '@latchkey/service-kit';
import { readMigrationConfig } from './config.ts';
import { migrations } from './migrations/index.ts';

await migrateProcess('billing-gateway', () => readMigrationConfig().DATABASE_URL, migrations);
