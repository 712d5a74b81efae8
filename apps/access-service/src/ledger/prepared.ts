import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';

/**
 * A query of a transaction as a prepared statement of its connection. The queries of a plan are run thousands of times a
 * minute, and planning one of them anew takes PostgreSQL longer than running it.
 * @param name belongs to this text alone
 */
export async function prepared<Row>(
  em: EntityManager,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  if (em.queryRunner === undefined) throw new Error(`the query ${name} belongs into a transaction`);
  const client = (await em.queryRunner.connect()) as PoolClient;
  const { rows } = await client.query({ name, text, values: [...values] });
  return rows as Row[];
}
