import { metrics } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';

/** What of members' Salto users waits for somebody, asked of the database at each scrape. */
export function registerPeopleMetrics(database: Queries): void {
  metrics.gauge('salto_link_proposals', 'Salto users whose link an administrator has not decided', [], async () => {
    const sql = 'SELECT count(*)::int AS value FROM link_proposal WHERE decision IS NULL';
    const [row] = await database.query<{ value: number }>(sql);
    return [{ labels: {}, value: row?.value ?? 0 }];
  });
  metrics.gauge('salto_user_troubles', 'Salto users that could not be kept up, by code', ['code'], async () => {
    const rows = await database.query<{ code: string; value: number }>(
      `SELECT failure_code AS code, count(*)::int AS value FROM user_upkeep
        WHERE failure_code IS NOT NULL GROUP BY failure_code`,
    );
    return rows.map(({ code, value }) => ({ labels: { code }, value }));
  });
}
