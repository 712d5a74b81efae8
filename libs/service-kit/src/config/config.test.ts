import { z } from 'zod';
import { ConfigError, readConfig } from './read-config.ts';
import { baseConfig, secretKey } from './settings.ts';

const env = {
  HTTP_PORT: '4000',
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/app',
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093,',
  OIDC_ISSUERS: 'https://id.example.com',
  OIDC_AUDIENCE: 'https://api.example.com',
};

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

test('settings are parsed, with defaults for what is not given or empty', () => {
  const config = readConfig(baseConfig, { ...env, LOG_LEVEL: '', UNRELATED: 'x' });
  expect(config).toMatchObject({
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: 4000,
    LOG_LEVEL: 'info',
    KAFKA_BROKERS: ['127.0.0.1:9092', '127.0.0.1:9093'],
    KAFKA_TOPIC_PREFIX: '',
  });
  expect(config.OTEL_EXPORTER_OTLP_ENDPOINT).toBeUndefined();
});

test('every missing and wrong setting is named at once, with what is expected and without its value', () => {
  const schema = baseConfig.extend({ TOKEN_KEY: secretKey.describe('encrypts tokens at rest') });
  const canary = 'canary-secret';
  const message = messageOf(() =>
    readConfig(schema, {
      ...env,
      HTTP_PORT: '70000',
      DATABASE_URL: `mysql://app:${canary}@h/d`,
      OIDC_AUDIENCE: '',
      TOKEN_KEY: canary,
    }),
  );
  expect(message).toContain('HTTP_PORT is wrong');
  expect(message).toContain('DATABASE_URL is wrong: expected postgres://user:password@host:port/database');
  expect(message).toContain('OIDC_AUDIENCE is missing');
  expect(message).toContain('TOKEN_KEY is wrong: expected exactly 32 bytes in base64 (encrypts tokens at rest)');
  expect(message).not.toContain(canary);
});

test.each(['4000x', '-1', '1.5', 'NaN'])('%s is no port', (value) => {
  expect(messageOf(() => readConfig(baseConfig, { ...env, HTTP_PORT: value }))).toContain('HTTP_PORT');
});

test('an address is kept without its trailing slash, and only http(s)', () => {
  const config = readConfig(baseConfig, { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' });
  expect(config.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://127.0.0.1:4318');
  const wrong = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'file:///etc' };
  expect(messageOf(() => readConfig(baseConfig, wrong))).toContain('expected an http:// or https:// address');
});

test('a rule over several settings is named without a variable', () => {
  const schema = z.object({ A: z.string() }).refine(() => false, 'A and B exclude each other');
  expect(messageOf(() => readConfig(schema, { A: 'x' }))).toContain('A and B exclude each other');
});
