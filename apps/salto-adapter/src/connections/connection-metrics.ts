import { metrics } from '@latchkey/service-kit';
import type { ConnectionRepository } from './connection.repository.ts';

/** Connections by state: one that needs a person is one alarm, not a thousand failed grants. */
export function registerConnectionMetrics(connections: ConnectionRepository): void {
  metrics.gauge('salto_connections', 'Connections by state', ['status'], async () =>
    (await connections.countByStatus()).map(({ status, count }) => ({ labels: { status }, value: count })),
  );
}
