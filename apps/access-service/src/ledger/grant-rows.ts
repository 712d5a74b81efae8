import { isOpen, type EntitlementKind, type Grant, type GrantStatus } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { DoorWarning, GrantRecord, LedgerChanges, StoredGrant } from './grant-record.ts';
import { epochMs, timestamp } from './instants.ts';
import { columns } from './pair-rows.ts';
import { prepared } from './prepared.ts';

interface GrantRow {
  id: string;
  version: string;
  entitlement_kind: EntitlementKind;
  entitlement_id: string;
  location_id: string;
  site_id: string;
  member_id: string;
  group_id: string;
  opens_at: Date;
  closes_at: Date | null;
  phase: Grant['phase'];
  due_at: Date;
  due_by: Grant['dueBy'];
  granted_at: Date | null;
  status: GrantStatus;
  error_code: string | null;
  next_attempt_at: Date | null;
  door_warnings: DoorWarning[];
}

/**
 * The rows of these pairs that can matter after `since` (epoch ms): all but those that ended before. One that ended
 * long ago and is wanted again is found by its natural key when it is saved.
 */
export async function readGrants(em: EntityManager, pairs: readonly Pair[], since: number): Promise<StoredGrant[]> {
  const rows = await prepared<GrantRow>(
    em,
    'read-grants',
    `SELECT grant_row.* FROM unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id)
     JOIN grant_row USING (site_id, member_id)
     WHERE grant_row.closes_at IS NULL OR grant_row.closes_at > $3 OR grant_row.phase <> 'ended'`,
    [...columns(pairs), timestamp(since)],
  );
  return rows.map(toRecord);
}

/** Stores what differs, and deletes what is gone. The caller holds the locks of the rows' pairs. */
export async function saveGrants(
  em: EntityManager,
  before: readonly StoredGrant[],
  after: readonly GrantRecord[],
  now: number,
): Promise<LedgerChanges> {
  const known = new Map(before.map((record) => [record.id, record]));
  const kept = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !kept.has(id));
  const changed = after.filter(({ id, ...rest }) => {
    const { id: _, ...was } = known.get(id ?? '') ?? { id };
    return !isDeepStrictEqual(was, rest);
  });
  const stored = await upsert(em, changed, now);
  await remove(em, gone);
  return {
    changed: stored.map((record) => ({ before: known.get(record.id) ?? null, after: record })),
    withdrawn: gone.map(({ id, version }) => ({ id, version: version + 1 })),
  };
}

async function upsert(em: EntityManager, records: readonly GrantRecord[], now: number): Promise<StoredGrant[]> {
  if (records.length === 0) return [];
  const rows = await prepared<GrantRow>(
    em,
    'save-grants',
    `INSERT INTO grant_row AS old (entitlement_kind, entitlement_id, location_id, site_id, member_id, group_id,
       opens_at, closes_at, phase, due_at, due_by, granted_at, ended_at, status, error_code, next_attempt_at,
       door_warnings)
     SELECT * FROM jsonb_to_recordset($1) AS new(
       entitlement_kind text, entitlement_id uuid, location_id uuid, site_id uuid, member_id uuid, group_id text,
       opens_at timestamptz, closes_at timestamptz, phase text, due_at timestamptz, due_by text,
       granted_at timestamptz, ended_at timestamptz, status text, error_code text, next_attempt_at timestamptz,
       door_warnings jsonb)
     ON CONFLICT (entitlement_kind, entitlement_id, member_id, site_id, group_id) DO UPDATE SET
       version = old.version + 1, location_id = excluded.location_id, opens_at = excluded.opens_at,
       closes_at = excluded.closes_at, phase = excluded.phase, due_at = excluded.due_at, due_by = excluded.due_by,
       granted_at = excluded.granted_at, ended_at = excluded.ended_at, status = excluded.status,
       error_code = excluded.error_code, next_attempt_at = excluded.next_attempt_at,
       door_warnings = excluded.door_warnings
     RETURNING *`,
    [JSON.stringify(records.map((record) => toRow(record, now)))],
  );
  return rows.map(toRecord);
}

async function remove(em: EntityManager, gone: readonly StoredGrant[]): Promise<void> {
  if (gone.length > 0) await em.query(`DELETE FROM grant_row WHERE id = ANY($1)`, [gone.map(({ id }) => id)]);
}

function toRecord(row: GrantRow): StoredGrant {
  return {
    id: row.id,
    version: Number(row.version),
    entitlement: { kind: row.entitlement_kind, id: row.entitlement_id },
    locationId: row.location_id,
    siteId: row.site_id,
    memberId: row.member_id,
    grant: {
      groupId: row.group_id,
      opensAt: epochMs(row.opens_at),
      closesAt: epochMs(row.closes_at),
      phase: row.phase,
      dueAt: epochMs(row.due_at),
      dueBy: row.due_by,
      grantedAt: epochMs(row.granted_at),
    },
    status: row.status,
    errorCode: row.error_code,
    nextAttemptAt: epochMs(row.next_attempt_at),
    doorWarnings: row.door_warnings,
  };
}

function toRow({ entitlement, grant, ...record }: GrantRecord, now: number) {
  return {
    entitlement_kind: entitlement.kind,
    entitlement_id: entitlement.id,
    location_id: record.locationId,
    site_id: record.siteId,
    member_id: record.memberId,
    group_id: grant.groupId,
    opens_at: timestamp(grant.opensAt),
    closes_at: timestamp(grant.closesAt),
    phase: grant.phase,
    due_at: timestamp(grant.dueAt),
    due_by: grant.dueBy,
    granted_at: timestamp(grant.grantedAt),
    ended_at: isOpen(grant) ? null : timestamp(now),
    status: record.status,
    error_code: record.errorCode,
    next_attempt_at: timestamp(record.nextAttemptAt),
    door_warnings: record.doorWarnings,
  };
}
