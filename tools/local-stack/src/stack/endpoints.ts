import { apiAudience } from '../identity/audience.ts';
import { type Login, logins } from '../identity/logins.ts';
import { temporalNamespace } from '../resolve/infrastructure.ts';
import type { Addresses } from './addresses.ts';
import type { Secrets } from './secrets.ts';
import { serviceDatabaseUrl, serviceNames } from './services.ts';

/** How scripts use a running stack; `npm start` writes it to `.local/endpoints.json`. */
export interface Endpoints {
  /** Base URLs of all processes that answer HTTP; workers answer `/health/*` and `/metrics` only. */
  readonly services: Readonly<Record<string, string>>;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly uiUrl: string };
  readonly kafka: { readonly brokers: readonly string[] };
  /** `server` is a superuser's; beside it each service's own. */
  readonly postgres: { readonly server: string } & Readonly<Record<string, string>>;
  readonly saltoKs?: { readonly api: string; readonly identity: string; readonly control: string };
  readonly issuer?: string;
  readonly audience: string;
  readonly logins: readonly Login[];
}

export function endpointsOf(addresses: Addresses, secrets: Secrets): Endpoints {
  const { 'identity-server': issuer, 'fake-salto-ks': saltoKs, ...services } = addresses.processes;
  const databases = serviceNames.map((name) => [name, serviceDatabaseUrl(name, addresses, secrets)] as const);
  return {
    services,
    temporal: { ...addresses.temporal, namespace: temporalNamespace },
    kafka: { brokers: addresses.kafkaBrokers },
    postgres: { server: addresses.postgres, ...Object.fromEntries(databases) },
    ...(saltoKs && { saltoKs: { api: saltoKs, identity: saltoKs, control: `${saltoKs}/_fake` } }),
    ...(issuer && { issuer }),
    audience: apiAudience,
    logins: issuer ? logins(issuer) : [],
  };
}
