import type pg from 'pg';
import type { Queries } from '../database/queries.ts';

/** Single statements on a pool of the test's. */
export function poolQueries(pool: pg.Pool): Queries {
  return {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...values])).rows,
  };
}
