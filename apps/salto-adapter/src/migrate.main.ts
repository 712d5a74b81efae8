import { migrateProcess } from '@latchkey/service-kit';
import { readMigrationConfig } from './config.ts';
import { migrations } from './migrations/migrations.ts';

await migrateProcess('salto-adapter', () => readMigrationConfig().DATABASE_URL, migrations);
