import { metrics } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';

/** What operators watch of the fence, asked of the database at each scrape. */
export function registerFenceMetrics(database: Queries): void {
  const count = async (sql: string) => {
    const [row] = await database.query<{ value: number }>(sql);
    return [{ labels: {}, value: row?.value ?? 0 }];
  };
  metrics.gauge('salto_outstanding_writes', 'Memberships with a write whose answer is unknown', [], () =>
    count('SELECT count(*)::int AS value FROM group_intent WHERE outstanding IS NOT NULL'),
  );
  metrics.gauge('salto_quarantined_memberships', 'Memberships that a late write may still change', [], () =>
    count(`SELECT count(*)::int AS value FROM quarantine WHERE unknown_at > now() - interval '24 hours'`),
  );
}
