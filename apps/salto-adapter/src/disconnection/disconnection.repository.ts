import type { Membership } from '@latchkey/access-domain';
import type { DisconnectionBody } from '@latchkey/contracts';
import type { Queries } from '../database/queries.ts';

/** A location's leaving of a site. */
export interface Disconnection {
  readonly id: string;
  readonly locationId: string;
  readonly siteId: string;
  readonly revokesFirst: boolean;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly endedAt: Date | null;
  readonly isReadBack: boolean;
  readonly doneAt: Date | null;
}

const COLUMNS = `id, location_id AS "locationId", site_id AS "siteId", revokes_first AS "revokesFirst",
  requested_at AS "requestedAt", requested_by AS "requestedBy", ended_at AS "endedAt", is_read_back AS "isReadBack",
  done_at AS "doneAt"`;

/** The newest of a location. */
export async function latestOf(database: Queries, locationId: string): Promise<Disconnection | undefined> {
  const [row] = await database.query<Disconnection>(
    `SELECT ${COLUMNS} FROM disconnection WHERE location_id = $1 ORDER BY requested_at DESC LIMIT 1`,
    [locationId],
  );
  return row;
}

/** Those whose workflow has to run. */
export function openOnes(database: Queries): Promise<Disconnection[]> {
  return database.query<Disconnection>(
    `SELECT ${COLUMNS} FROM disconnection WHERE done_at IS NULL ORDER BY requested_at`,
  );
}

/** Asked again for the same site it is the same; who does not want to wait any longer says so once. */
export async function save(
  em: Queries,
  one: Pick<Disconnection, 'id' | 'locationId' | 'siteId' | 'revokesFirst' | 'requestedBy'>,
): Promise<Disconnection> {
  const [row] = await em.query<Disconnection>(
    `INSERT INTO disconnection AS known (id, location_id, site_id, revokes_first, requested_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (location_id, site_id) DO UPDATE SET revokes_first = known.revokes_first AND EXCLUDED.revokes_first
     RETURNING ${COLUMNS}`,
    [one.id, one.locationId, one.siteId, one.revokesFirst, one.requestedBy],
  );
  if (row === undefined) throw new Error('the disconnection was not stored');
  return row;
}

/** Connected to this site again: its disconnect is over, however far it had come. */
export async function withdraw(em: Queries, locationId: string, siteId: string): Promise<void> {
  await em.query('DELETE FROM disconnection WHERE location_id = $1 AND site_id = $2', [locationId, siteId]);
}

/** Locked until the transaction ends; undefined once it was withdrawn. */
export async function lockDisconnection(em: Queries, id: string): Promise<Disconnection | undefined> {
  const [row] = await em.query<Disconnection>(`SELECT ${COLUMNS} FROM disconnection WHERE id = $1 FOR UPDATE`, [id]);
  return row;
}

export async function markEnded(em: Queries, id: string): Promise<void> {
  await em.query('UPDATE disconnection SET ended_at = coalesce(ended_at, clock_timestamp()) WHERE id = $1', [id]);
}

export async function markDone(em: Queries, id: string): Promise<void> {
  await em.query(
    'UPDATE disconnection SET ended_at = coalesce(ended_at, clock_timestamp()), done_at = clock_timestamp() WHERE id = $1',
    [id],
  );
}

export async function saveLeftOpen(
  em: Queries,
  id: string,
  memberships: readonly Membership[],
  isReadBack: boolean,
): Promise<void> {
  await em.query(
    `WITH forgotten AS (DELETE FROM left_open WHERE disconnection_id = $1 AND NOT (member_id, group_id) IN (
            SELECT * FROM unnest($2::uuid[], $3::text[]))),
          known AS (UPDATE disconnection SET is_read_back = $4 WHERE id = $1)
     INSERT INTO left_open (disconnection_id, member_id, group_id)
     SELECT $1, * FROM unnest($2::uuid[], $3::text[]) ON CONFLICT DO NOTHING`,
    [id, memberships.map(({ memberId }) => memberId), memberships.map(({ groupId }) => groupId), isReadBack],
  );
}

export async function disconnectionBodyOf(database: Queries, one: Disconnection): Promise<DisconnectionBody> {
  const leftOpen = await database.query<Membership>(
    `SELECT member_id AS "memberId", group_id AS "groupId" FROM left_open WHERE disconnection_id = $1 ORDER BY 1, 2`,
    [one.id],
  );
  return {
    siteId: one.siteId,
    state: one.doneAt !== null ? 'done' : one.endedAt === null ? 'revoking' : 'ending',
    revokesFirst: one.revokesFirst,
    requestedAt: one.requestedAt.toISOString(),
    requestedBy: one.requestedBy,
    endedAt: one.endedAt?.toISOString() ?? null,
    isReadBack: one.isReadBack,
    leftOpen,
  };
}
