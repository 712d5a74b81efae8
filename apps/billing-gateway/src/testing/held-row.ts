import { eventually } from '@latchkey/test-kit';
import type { DataSource } from 'typeorm';

/**
 * Holds a row's lock while requests are sent, and lets go once so many transactions wait for it: a race that happens
 * every time.
 */
export async function whileRowIsHeld<T>(
  database: DataSource,
  { table, id, waiting }: { readonly table: string; readonly id: string; readonly waiting: number },
  send: () => Promise<T>,
): Promise<T> {
  // In an object, so that the transaction ends before the answers.
  const { sent } = await database.transaction(async (holder) => {
    await holder.query(`SELECT FROM ${table} WHERE id = $1 FOR UPDATE`, [id]);
    const sent = send();
    await eventually(async () => (await waitersIn(database)) === waiting);
    return { sent };
  });
  return sent;
}

/** Asked outside of any transaction: within one PostgreSQL repeats its first answer. */
async function waitersIn(database: DataSource): Promise<number> {
  const waiters: unknown[] = await database.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiters.length;
}
