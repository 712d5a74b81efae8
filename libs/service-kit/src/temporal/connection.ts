import { Connection } from '@temporalio/client';
import type { TemporalConfig } from './config.ts';

/** The same for clients and workers. */
export function connectionOptions(config: TemporalConfig) {
  return {
    address: config.TEMPORAL_ADDRESS,
    tls: config.TEMPORAL_TLS,
    ...(config.TEMPORAL_API_KEY !== undefined && { apiKey: config.TEMPORAL_API_KEY }),
  };
}

/** A client's connection, made with the first call. */
export function lazyConnection(config: TemporalConfig): Connection {
  return Connection.lazy({
    ...connectionOptions(config),
    // gRPC waits up to two minutes between attempts: after a long outage revocations would wait as long.
    channelArgs: { 'grpc.max_reconnect_backoff_ms': 2_000 },
  });
}
