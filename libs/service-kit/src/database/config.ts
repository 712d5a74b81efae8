import { z } from 'zod';
import { readConfig } from '../config/read-config.ts';
import { commaList, postgresUrl } from '../config/settings.ts';

const databasesConfig = z.object({
  SERVER_URL: postgresUrl.describe("a superuser's"),
  DATABASE_URLS: commaList.pipe(z.array(postgresUrl)).describe("the services' own, separated by commas"),
});

/** What the set-up step of PostgreSQL is told. @throws ConfigError */
export function readDatabasesConfig(env: NodeJS.ProcessEnv = process.env): z.output<typeof databasesConfig> {
  return readConfig(databasesConfig, env);
}
