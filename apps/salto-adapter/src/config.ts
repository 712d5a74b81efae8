import { ENTRIES_KEPT_DAYS } from '@latchkey/contracts';
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

/** Compared by Salto letter for letter with what is registered; the answer is put behind it as its query. */
const pageUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
  .refine((page) => !/[?#]/.test(page), 'expected an address without ? and #');

const saltoConfig = z.object({
  SALTO_ENVIRONMENT: z.enum(['production', 'acceptance']).default('production').describe('which of Salto’s own hosts'),
  SALTO_API_URL: url.optional().describe('another host of the Connect API'),
  SALTO_IDENTITY_URL: url.optional().describe('another identity server'),
  SALTO_EVENT_STREAMING_URL: url.optional().describe('another host of the event stream'),
  SALTO_CLIENT_ID: z.string().min(1).describe('the OAuth client that Salto gave you'),
  SALTO_CLIENT_SECRET: z.string().min(1),
  SALTO_REDIRECT_URI: pageUrl.describe('the page that takes the browser back from Salto’s consent, registered there'),
  SALTO_CALL_TIMEOUT_MS: durationMs.default(6_000),
  SALTO_REQUESTS_PER_SECOND: limit.default(8).describe('per connection, of all replicas together; 0 is no limit'),
  SALTO_REQUESTS_AT_ONCE: limit.int().default(5).describe('per connection, of all replicas together; 0 is no limit'),
  /** Younger than the time from a look to the write that it decides, which is the sight of ownership anyhow. */
  SALTO_READ_MAX_AGE_MS: limit
    .int()
    .default(2_000)
    .describe("how long a read of a group's members serves other attempts (large groups: longer); 0: those that wait"),
  SALTO_ENTRIES_POLL_MS: limit
    .int()
    .default(30_000)
    .describe('how often the doors of a site are read, a tenth as often while its event hub works; 0: never, no hub'),
  SALTO_ENTRIES_LOOK_BACK_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(ENTRIES_KEPT_DAYS * 24)
    .default(72)
    .describe('how far back is looked every hour for what locks tell late'),
});

const servicesConfig = z.object({
  BILLING_GATEWAY_URL: url.describe('where names and e-mails are asked for'),
  ACCESS_SERVICE_URL: url.describe('where it is asked whom something entitles, before somebody is adopted'),
  SERVICE_CLIENT_ISSUER: z.url().describe("the issuer of this service's own tokens"),
  SERVICE_CLIENT_ID: z.string().min(1),
  SERVICE_CLIENT_SECRET: z.string().min(1),
});

const adapterConfig = baseConfig.extend({
  ...saltoConfig.shape,
  ...servicesConfig.shape,
  ...temporalConfig.shape,
  ENCRYPTION_KEYS: encryptionKeys.describe('keys of tokens and contacts, such as 2026a:<32 bytes in base64>'),
  ACTIVITY_SLOTS: z.coerce.number().int().min(1).max(500).default(50).describe('attempts at a time in this process'),
});

export type AdapterConfig = z.output<typeof adapterConfig>;

/** Where Salto KS is: one installation talks to one of its environments. */
export interface SaltoHosts {
  readonly api: string;
  readonly identity: string;
  readonly eventStreaming: string;
}

/** Salto's own hosts (as published and as its public clients use them, November 2026). */
const HOSTS: Readonly<Record<'production' | 'acceptance', SaltoHosts>> = {
  production: {
    api: 'https://connect.my-clay.com',
    identity: 'https://identity.eu.my-clay.com',
    eventStreaming: 'https://eventstreaming-connect-production.saltoks.com',
  },
  acceptance: {
    api: 'https://clp-accept-user.my-clay.com',
    identity: 'https://identity-acc.eu.my-clay.com',
    eventStreaming: 'https://eventstreaming-connect-accept.saltoks.com',
  },
};

/** The environment's hosts, each replaced by its own setting where there is one. */
export function saltoHosts(config: AdapterConfig): SaltoHosts {
  const { api, identity, eventStreaming } = HOSTS[config.SALTO_ENVIRONMENT];
  return {
    api: config.SALTO_API_URL ?? api,
    identity: config.SALTO_IDENTITY_URL ?? identity,
    eventStreaming: config.SALTO_EVENT_STREAMING_URL ?? eventStreaming,
  };
}

/** The adapter's settings, the same for both of its processes. @throws ConfigError */
export function readAdapterConfig(env: NodeJS.ProcessEnv = process.env): AdapterConfig {
  return readConfig(adapterConfig, env);
}

/** All that the migrations need. @throws ConfigError */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): Pick<AdapterConfig, 'DATABASE_URL'> {
  return readConfig(baseConfig.pick({ DATABASE_URL: true }), env);
}
