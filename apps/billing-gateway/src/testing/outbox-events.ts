import type { DataSource } from 'typeorm';

export interface ToldEvent {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly data: Record<string, unknown>;
}

/** What has been told about an aggregate, oldest first. */
export async function eventsOf(database: DataSource, aggregateId: string): Promise<ToldEvent[]> {
  const rows: (Omit<ToldEvent, 'version'> & { version: string })[] = await database.query(
    `SELECT event_type AS type, aggregate_id AS id, version, data FROM outbox_message WHERE aggregate_id = $1 ORDER BY outbox_message.id`,
    [aggregateId],
  );
  return rows.map((row) => ({ ...row, version: Number(row.version) }));
}

/** The newest event of an aggregate. */
export async function newestEventOf(database: DataSource, aggregateId: string): Promise<ToldEvent> {
  const newest = (await eventsOf(database, aggregateId)).at(-1);
  if (newest === undefined) throw new Error(`nothing was told about ${aggregateId}`);
  return newest;
}
