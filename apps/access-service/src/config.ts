import { baseConfig, durationMs, readConfig, temporalConfig, url } from '@latchkey/service-kit';
import { z } from 'zod';

const pacing = z.object({
  SALTO_REQUESTS_PER_SECOND: z.coerce
    .number('expected requests per second, 0 for no pacing')
    .min(0)
    .default(8)
    .describe("a site's request budget, by which wake-ups that fall together are paced; 0: no pacing"),
});

const planning = pacing.extend({
  PLAN_MAY_RUN_AHEAD: z
    .stringbool()
    .default(false)
    .describe("for tests that skip time: workflows' clocks may be far ahead of the database's"),
});

const siteChecks = z.object({
  DRIFT_QUIET_MS: durationMs
    .default(600_000)
    .describe('what was due so lately may still be under way, and is not taken for drift'),
});

const gatewayConfig = z.object({
  BILLING_GATEWAY_URL: url.describe('whose aggregates are compared with what was heard of them'),
  SERVICE_CLIENT_ISSUER: z.url().describe("the issuer of this service's own tokens"),
  SERVICE_CLIENT_ID: z.string().min(1),
  SERVICE_CLIENT_SECRET: z.string().min(1),
  COMPARE_EVERY_MS: durationMs.default(3_600_000).describe('how often lost events are looked for'),
});

const serviceConfig = baseConfig.extend({
  ...temporalConfig.shape,
  ...gatewayConfig.shape,
  ...pacing.shape,
  SALTO_ADAPTER_URL: url.describe('whom the seats of sites are asked of'),
  TEMPORAL_UI_URL: url.optional().describe('where Temporal UI is, for links to workflows'),
  SITE_CHECK_EVERY_MS: durationMs
    .default(300_000)
    .describe('how often what Salto KS holds is compared with what it should, per site'),
  SWEEP_EVERY_MS: durationMs.default(300_000).describe('how often missing workflows are looked for'),
});

/** The worker takes its events from Temporal, and its callers need no tokens. */
const workerConfig = baseConfig
  .omit({ KAFKA_BROKERS: true, KAFKA_TOPIC_PREFIX: true, OIDC_ISSUERS: true, OIDC_AUDIENCE: true })
  .extend({
    ...temporalConfig.shape,
    ...planning.shape,
    ...siteChecks.shape,
    WORKFLOWS_CACHED: z.coerce.number().int().min(0).default(1_000).describe('workflows kept in memory, 50 KB each'),
  });

export type AccessServiceConfig = z.output<typeof serviceConfig>;
export type AccessWorkerConfig = z.output<typeof workerConfig>;

/** What `main.ts` is told. @throws ConfigError that names every wrong or missing variable */
export function readAccessServiceConfig(env: NodeJS.ProcessEnv = process.env): AccessServiceConfig {
  return readConfig(serviceConfig, env);
}

/** What `worker.main.ts` is told. @throws ConfigError that names every wrong or missing variable */
export function readAccessWorkerConfig(env: NodeJS.ProcessEnv = process.env): AccessWorkerConfig {
  return readConfig(workerConfig, env);
}

/** All that the migrations and the commands on the database need. @throws ConfigError */
export function readDatabaseConfig(env: NodeJS.ProcessEnv = process.env): Pick<AccessServiceConfig, 'DATABASE_URL'> {
  return readConfig(baseConfig.pick({ DATABASE_URL: true }), env);
}
