import { metrics } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';

/** Connections that Salto KS does not answer or asks to wait, and who has been told to come back for its turn. */
export function registerBudgetMetrics(database: Queries): void {
  metrics.gauge('salto_connection_held', 'Connections that wait', ['connection', 'why'], async () => {
    const rows = await database.query<{ connection: string; why: string }>(
      `SELECT connection_id AS connection, CASE WHEN state->>'probeAt' IS NULL THEN 'pause' ELSE 'outage' END AS why
         FROM budget
        WHERE state->>'probeAt' IS NOT NULL OR (state->>'pausedUntil')::float8 / 1000 > extract(epoch FROM now())`,
    );
    return rows.map(({ connection, why }) => ({ labels: { connection, why }, value: 1 }));
  });
  metrics.gauge('salto_turns_away', 'Attempts that were told to come back for their turn', ['urgency'], async () => {
    const rows = await database.query<{ urgency: number; count: number }>(
      'SELECT urgency, count(*)::int AS count FROM budget_line WHERE comes_at > now() GROUP BY urgency',
    );
    return rows.map(({ urgency, count }) => ({ labels: { urgency: String(urgency) }, value: count }));
  });
}
