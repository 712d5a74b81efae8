import type { TemporalAddress } from '../resolve/infrastructure.ts';

/** Where everything will listen: known before anything starts, so that all can be started at once. */
export interface Addresses {
  /** Of a superuser. */
  readonly postgres: string;
  readonly kafkaBrokers: readonly string[];
  readonly temporal: TemporalAddress;
  /** Base URLs by the name of the process; workers answer health checks there. */
  readonly processes: Readonly<Record<string, string>>;
}

/** The base URL of a process that has a port. */
export function baseUrl(addresses: Addresses, name: string): string {
  const url = addresses.processes[name];
  if (!url) throw new Error(`${name} has no port: it is not part of this stack`);
  return url;
}
