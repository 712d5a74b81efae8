import { baseConfig, readConfig } from '@latchkey/service-kit';
import type { z } from 'zod';

export type GatewayConfig = z.output<typeof baseConfig>;

/** The gateway's settings. @throws ConfigError that names every wrong or missing variable */
export function readGatewayConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  return readConfig(baseConfig, env);
}

/** All that the migrations need. @throws ConfigError */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): Pick<GatewayConfig, 'DATABASE_URL'> {
  return readConfig(baseConfig.pick({ DATABASE_URL: true }), env);
}
