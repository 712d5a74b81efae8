import { baseConfig, commaList, durationMs, readConfig, secretKey, temporalConfig, url } from '@latchkey/service-kit';
import { z } from 'zod';

const sealingKey = z
  .string()
  .regex(/^[\w-]+:./, 'expected id:base64')
  .transform((pair) => ({ id: pair.slice(0, pair.indexOf(':')), key: pair.slice(pair.indexOf(':') + 1) }))
  .pipe(z.object({ id: z.string(), key: secretKey }));

/** `id:base64,…`; the first key encrypts, the others still decrypt. */
const encryptionKeys = commaList.pipe(z.tuple([sealingKey], sealingKey));

/** A number of requests; 0 is no limit. */
const limit = z.coerce.number().min(0);

const saltoConfig = z.object({
  SALTO_API_URL: url.default('https://connect.my-clay.com').describe('the Connect API'),
  SALTO_IDENTITY_URL: url.default('https://identity.eu.my-clay.com').describe('where Salto gives tokens'),
  SALTO_CLIENT_ID: z.string().min(1).describe('the OAuth client that Salto gave you'),
  SALTO_CLIENT_SECRET: z.string().min(1),
  SALTO_CALL_TIMEOUT_MS: durationMs.default(6_000),
  SALTO_REQUESTS_PER_SECOND: limit.default(8).describe('per connection and process; 0 is no limit'),
  SALTO_REQUESTS_AT_ONCE: limit.int().default(5).describe('per connection and process; 0 is no limit'),
  /** Younger than the time from a look to the write that it decides, which is the sight of ownership anyhow. */
  SALTO_READ_MAX_AGE_MS: limit
    .int()
    .default(2_000)
    .describe("how long a read of a group's members serves other attempts (large groups: longer); 0: those that wait"),
});

const gatewayConfig = z.object({
  BILLING_GATEWAY_URL: url.describe('where names and e-mails are asked for'),
  SERVICE_CLIENT_ISSUER: z.url().describe("the issuer of this service's own tokens"),
  SERVICE_CLIENT_ID: z.string().min(1),
  SERVICE_CLIENT_SECRET: z.string().min(1),
});

const adapterConfig = baseConfig.extend({
  ...saltoConfig.shape,
  ...gatewayConfig.shape,
  ...temporalConfig.shape,
  ENCRYPTION_KEYS: encryptionKeys.describe('keys of tokens and contacts, such as 2026a:<32 bytes in base64>'),
  ACTIVITY_SLOTS: z.coerce.number().int().min(1).max(500).default(50).describe('attempts at a time in this process'),
});

export type AdapterConfig = z.output<typeof adapterConfig>;

/** The adapter's settings, the same for both of its processes. @throws ConfigError */
export function readAdapterConfig(env: NodeJS.ProcessEnv = process.env): AdapterConfig {
  return readConfig(adapterConfig, env);
}

/** All that the migrations need. @throws ConfigError */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): Pick<AdapterConfig, 'DATABASE_URL'> {
  return readConfig(baseConfig.pick({ DATABASE_URL: true }), env);
}
