import { z } from 'zod';
import { readConfig } from '../config/read-config.ts';

/** Where Temporal is. A service extends its settings with it: `baseConfig.extend(temporalConfig.shape)`. */
export const temporalConfig = z.object({
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233').describe('host:port of the Temporal server'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('latchkey'),
  TEMPORAL_TLS: z.stringbool().default(false).describe('true to encrypt; an API key needs it'),
  TEMPORAL_API_KEY: z.string().min(1).optional().describe('for servers that ask for one'),
});

export type TemporalConfig = z.output<typeof temporalConfig>;

/** For programs that need nothing else. @throws ConfigError */
export function readTemporalConfig(env: NodeJS.ProcessEnv = process.env): TemporalConfig {
  return readConfig(temporalConfig, env);
}
