import { readAdapterConfig, saltoHosts } from './config.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const env = {
  HTTP_PORT: '4000',
  DATABASE_URL: 'postgres://latchkey:secret@127.0.0.1/salto_adapter',
  KAFKA_BROKERS: '127.0.0.1:9092',
  OIDC_ISSUERS: 'http://127.0.0.1:4001',
  OIDC_AUDIENCE: 'urn:latchkey:api',
  SALTO_REDIRECT_URI: 'https://console.example/salto-ks/consent',
  SALTO_CLIENT_ID: 'latchkey',
  SALTO_CLIENT_SECRET: 'secret',
  BILLING_GATEWAY_URL: 'http://127.0.0.1:4002/',
  ACCESS_SERVICE_URL: 'http://127.0.0.1:4003/',
  SERVICE_CLIENT_ISSUER: 'http://127.0.0.1:4001',
  SERVICE_CLIENT_ID: 'salto-adapter',
  SERVICE_CLIENT_SECRET: 'secret',
  ENCRYPTION_KEYS: `2026b:${key}, 2026a:${key}`,
};

test('the first key encrypts, and older ones stay to decrypt', () => {
  expect(readAdapterConfig(env).ENCRYPTION_KEYS.map(({ id, key: { length } }) => [id, length])).toEqual([
    ['2026b', 32],
    ['2026a', 32],
  ]);
});

test('the production hosts and a careful budget are the defaults', () => {
  const config = readAdapterConfig(env);
  expect(config).toMatchObject({ SALTO_REQUESTS_PER_SECOND: 8, SALTO_REQUESTS_AT_ONCE: 5 });
  expect(saltoHosts(config)).toEqual({
    api: 'https://connect.my-clay.com',
    identity: 'https://identity.eu.my-clay.com',
    eventStreaming: 'https://eventstreaming-connect-production.saltoks.com',
  });
});

test("the environment picks all of Salto's hosts, and each can be another one", () => {
  const config = readAdapterConfig({
    ...env,
    SALTO_ENVIRONMENT: 'acceptance',
    SALTO_IDENTITY_URL: 'http://127.0.0.1:4600/',
  });
  expect(saltoHosts(config)).toEqual({
    api: 'https://clp-accept-user.my-clay.com',
    identity: 'http://127.0.0.1:4600',
    eventStreaming: 'https://eventstreaming-connect-accept.saltoks.com',
  });
});

test.each([
  ['a short key', { ENCRYPTION_KEYS: 'a:c2hvcnQ=' }],
  ['a key without an id', { ENCRYPTION_KEYS: key }],
  ['no key', { ENCRYPTION_KEYS: '' }],
])('%s is named and not printed', (_, change) => {
  const read = () => readAdapterConfig({ ...env, ...change });
  expect(read).toThrow('ENCRYPTION_KEYS');
  expect(read).not.toThrow(key.slice(0, 20));
});

test.each([
  ['an environment that Salto does not have', { SALTO_ENVIRONMENT: 'staging' }],
  ['no page to come back to', { SALTO_REDIRECT_URI: '' }],
  ['a page with a query', { SALTO_REDIRECT_URI: 'https://console.example/?page=salto' }],
])('%s is refused', (_, change) => {
  expect(() => readAdapterConfig({ ...env, ...change })).toThrow(Object.keys(change)[0]);
});
