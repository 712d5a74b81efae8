import { z } from 'zod';

/** A TCP port. 0 asks the system for a free one. */
export const port = z.coerce.number('expected a port from 0 to 65535').int().min(0).max(65_535);

/** An http(s) address without a trailing slash. */
export const url = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
  .transform((value) => value.replace(/\/+$/, ''));

/** `postgres://user:password@host:port/database`. */
export const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'expected postgres://user:password@host:port/database',
});

/** `a, b,c` → `['a', 'b', 'c']`; at least one. */
export const commaList = z
  .string('expected a list, separated by commas')
  .transform((text) => text.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''))
  .refine((items) => items.length > 0, 'expected at least one item');

/** 32 random bytes in base64 (`openssl rand -base64 32`), as a Buffer. */
export const secretKey = z
  .string('expected 32 random bytes in base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32, 'expected exactly 32 bytes in base64');

/** A whole number of milliseconds, at least 1. */
export const durationMs = z.coerce.number('expected a whole number of milliseconds').int().positive();

/** What every process of the product is told. A service extends it: `baseConfig.extend({ … })`. */
export const baseConfig = z.object({
  HTTP_HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  HTTP_PORT: port.describe('port to listen on'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
  DATABASE_URL: postgresUrl.describe("the service's own database"),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  KAFKA_BROKERS: commaList.describe('host:port of Kafka brokers, separated by commas'),
  KAFKA_TOPIC_PREFIX: z.string().default('').describe('put before every topic and group, for shared clusters'),
  OIDC_ISSUERS: commaList.pipe(z.array(z.url())).describe('whose tokens are accepted; each is discovered'),
  OIDC_AUDIENCE: z.string('expected the audience of accepted tokens').min(1),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional().describe('where spans go; without it none are recorded'),
});

/** What `createService` needs of a service's settings. */
export type ProcessConfig = Pick<
  z.output<typeof baseConfig>,
  'HTTP_HOST' | 'HTTP_PORT' | 'LOG_LEVEL' | 'LOG_FORMAT' | 'OTEL_EXPORTER_OTLP_ENDPOINT'
>;
