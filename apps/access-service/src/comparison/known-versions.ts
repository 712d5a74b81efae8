import type { AggregateVersions, BillingAggregate } from '@latchkey/contracts';
import type { DataSource } from 'typeorm';

export interface Differences {
  /** What the gateway has a newer version of, or this service has never heard of. */
  readonly behind: readonly string[];
  /** What this service knows a newer version of: the gateway's database is an older copy. */
  readonly ahead: readonly string[];
}

/** Which of these aggregates of the gateway differ from what is known here. */
export async function findDifferences(
  dataSource: DataSource,
  aggregate: BillingAggregate,
  versions: AggregateVersions['items'],
): Promise<Differences> {
  const rows: { id: string; is_ahead: boolean }[] = await dataSource.query(
    `SELECT theirs.id, coalesce(ours.version > theirs.version, false) AS is_ahead
     FROM unnest($1::uuid[], $2::bigint[]) AS theirs(id, version)
     LEFT JOIN ${aggregate} AS ours ON ours.id = theirs.id
     WHERE ours.version IS DISTINCT FROM theirs.version`,
    [versions.map(({ id }) => id), versions.map(({ version }) => version)],
  );
  const ids = Map.groupBy(rows, (row) => row.is_ahead);
  const idsOf = (isAhead: boolean) => (ids.get(isAhead) ?? []).map(({ id }) => id);
  return { behind: idsOf(false), ahead: idsOf(true) };
}
