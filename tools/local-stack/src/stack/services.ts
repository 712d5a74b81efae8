import { demo } from '@latchkey/fake-salto-ks';
import { serviceClients } from '../identity/demo-clients.ts';
import { apiAudience } from '../identity/audience.ts';
import { temporalNamespace } from '../resolve/infrastructure.ts';
import { type Addresses, baseUrl } from './addresses.ts';
import { databaseName, databaseUrl } from './databases.ts';
import type { Secrets } from './secrets.ts';

/** A service: a folder in apps/, with a database of its own. */
export const serviceNames = ['billing-gateway', 'access-service', 'salto-adapter'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One process of a service. Tests that want two of a kind add another with a name of its own. */
export interface ServiceProcess {
  readonly name: string;
  readonly service: ServiceName;
  /** In the service's dist/. */
  readonly entry: 'main.js' | 'worker.main.js';
  /** Limit of the JavaScript heap: all processes of the stack together stay below 3 GiB. */
  readonly memoryMiB: number;
  /** Modules that Node loads first. */
  readonly preload?: readonly string[];
  /** Settings of this process alone, over those of `serviceEnvironment`. */
  readonly env?: Readonly<Record<string, string>>;
}

export const serviceProcesses: readonly ServiceProcess[] = [
  { name: 'billing-gateway', service: 'billing-gateway', entry: 'main.js', memoryMiB: 192 },
  { name: 'access-service', service: 'access-service', entry: 'main.js', memoryMiB: 192 },
  {
    name: 'access-service-worker',
    service: 'access-service',
    entry: 'worker.main.js',
    memoryMiB: 320,
    preload: ['@latchkey/service-kit/no-promise-stacks'],
  },
  { name: 'salto-adapter', service: 'salto-adapter', entry: 'main.js', memoryMiB: 192 },
  { name: 'salto-adapter-worker', service: 'salto-adapter', entry: 'worker.main.js', memoryMiB: 192 },
];

export function serviceDatabaseUrl(service: ServiceName, addresses: Addresses, secrets: Secrets): string {
  return databaseUrl(addresses.postgres, databaseName(service), secrets.databasePassword);
}

/** What every process of a service is told; names as in its config.ts. */
export function serviceEnvironment(
  service: ServiceName,
  addresses: Addresses,
  secrets: Secrets,
): Readonly<Record<string, string>> {
  const saltoKs = baseUrl(addresses, 'fake-salto-ks');
  return {
    NODE_ENV: 'production',
    DATABASE_URL: serviceDatabaseUrl(service, addresses, secrets),
    ...infrastructureEnvironment(addresses),
    OIDC_ISSUERS: baseUrl(addresses, 'identity-server'),
    OIDC_AUDIENCE: apiAudience,
    ...(service === 'billing-gateway' ? {} : callingTheGateway(service, addresses)),
    ...(service === 'access-service'
      ? { TEMPORAL_UI_URL: addresses.temporal.uiUrl, SALTO_ADAPTER_URL: baseUrl(addresses, 'salto-adapter') }
      : {}),
    ...(service === 'salto-adapter'
      ? {
          ACCESS_SERVICE_URL: baseUrl(addresses, 'access-service'),
          SALTO_API_URL: saltoKs,
          SALTO_IDENTITY_URL: saltoKs,
          SALTO_EVENT_STREAMING_URL: saltoKs,
          SALTO_REDIRECT_URI: `${baseUrl(addresses, 'console')}/salto-ks/consent`,
          SALTO_CLIENT_ID: demo.client.id,
          SALTO_CLIENT_SECRET: demo.client.secret,
          ENCRYPTION_KEYS: `local:${secrets.encryptionKey}`,
        }
      : {}),
  };
}

/** How Kafka and Temporal are reached, also by the steps that set them up. */
export function infrastructureEnvironment(addresses: Addresses): Readonly<Record<string, string>> {
  return {
    KAFKA_BROKERS: addresses.kafkaBrokers.join(','),
    TEMPORAL_ADDRESS: addresses.temporal.address,
    TEMPORAL_NAMESPACE: temporalNamespace,
  };
}

function callingTheGateway(service: Exclude<ServiceName, 'billing-gateway'>, addresses: Addresses) {
  const client = serviceClients.find(({ clientId }) => clientId === service);
  if (!client) throw new Error(`${service} has no client at the identity server`);
  return {
    BILLING_GATEWAY_URL: baseUrl(addresses, 'billing-gateway'),
    SERVICE_CLIENT_ISSUER: baseUrl(addresses, 'identity-server'),
    SERVICE_CLIENT_ID: client.clientId,
    SERVICE_CLIENT_SECRET: client.clientSecret,
  };
}
