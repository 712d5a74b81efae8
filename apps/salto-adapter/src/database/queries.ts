/** Where single statements go: a pool, a transaction, or the session of an attempt. */
export interface Queries {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** What TypeORM's `DataSource` and `EntityManager` have in common. */
interface TypeOrmSource {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/** TypeORM answers an UPDATE or DELETE as `[rows, count]` and everything else as `rows`; here it is always rows. */
export function queriesOf(source: TypeOrmSource): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
      const raw = await source.query(sql, [...values]);
      const [rows, count] = raw as [unknown, unknown];
      return (Array.isArray(rows) && typeof count === 'number' ? rows : raw) as Row[];
    },
  };
}
