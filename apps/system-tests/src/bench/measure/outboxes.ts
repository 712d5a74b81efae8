import pg from 'pg';
import type { System } from '../../system/system.ts';

/** When a booking's event was written and when Kafka had it, epoch ms. */
export interface Publication {
  readonly appendedAt: number;
  readonly publishedAt: number;
}

/** What the gateway did with these bookings' first events, by booking. */
export async function publications(system: System, ids: readonly string[]): Promise<Map<string, Publication>> {
  const rows = await read<{ id: string } & Publication>(
    system,
    'billing-gateway',
    `SELECT aggregate_id AS id, ${ms('appended_at')} AS "appendedAt", ${ms('published_at')} AS "publishedAt"
     FROM outbox_message WHERE aggregate_id = ANY($1) AND version = 1`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** When access-service first knew each booking's grant to have a status (undefined: any), epoch ms, by booking. */
export async function grantTimes(
  system: System,
  ids: readonly string[],
  status?: 'active' | 'ended',
): Promise<Map<string, number>> {
  const rows = await read<{ id: string; at: number }>(
    system,
    'access-service',
    `SELECT data #>> '{entitlement,id}' AS id, min(${ms('appended_at')}) AS at FROM outbox_message
     WHERE topic = 'access.grants.v1' AND data #>> '{entitlement,id}' = ANY($1)
     ${status === undefined ? '' : `AND data ->> 'status' = '${status}'`} GROUP BY 1`,
    ids,
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}

async function read<Row extends object>(
  { endpoints: { postgres } }: System,
  service: string,
  sql: string,
  ids: readonly string[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: postgres[service] });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [ids])).rows;
  } finally {
    await client.end();
  }
}

function ms(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8`;
}
