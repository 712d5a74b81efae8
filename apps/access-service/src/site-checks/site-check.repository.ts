import { remedyFor, type CheckedGroup, type DriftFindingBody, type SiteCheckBody } from '@latchkey/contracts';
import { notFound, page, pageQuery, positionAfter, type Page } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { decisionsFor } from './drift-decisions.ts';
import { findingColumns, type DriftFinding } from './drift-findings.ts';

export const findingQuery = pageQuery.extend({ status: z.enum(['open', 'all']).default('open') });
export type FindingQuery = z.infer<typeof findingQuery>;

const position = z.tuple([z.iso.datetime(), z.uuid()]);

interface GroupRow {
  group_id: string;
  seen_at: Date;
  linted_at: Date | null;
  is_missing: boolean;
  foreign_count: number;
  lint: CheckedGroup['problems'][number]['code'][];
  settings: CheckedGroup['settings'];
}

interface FindingRow extends DriftFinding {
  found_at: Date;
  seen_at: Date;
  resolved_at: Date | null;
  decided_by: string | null;
  decided_at: Date | null;
}

/** The present choices of a location, by group. */
const SETTINGS = `
  SELECT unnest(group_ids) AS group_id, subject_kind AS kind, subject_id AS id FROM access_setting AS setting
  LEFT JOIN plan ON subject_kind = 'plan' AND plan.id = subject_id
  LEFT JOIN resource ON subject_kind = 'resource' AND resource.id = subject_id
  LEFT JOIN subscription_item AS item ON subject_kind = 'subscription_item' AND item.id = subject_id
  LEFT JOIN subscription ON subscription.id = item.subscription_id
  WHERE valid_to IS NULL AND coalesce(plan.location_id, resource.location_id, subscription.location_id) = $2
    AND num_nonnulls(plan.deleted_at, resource.deleted_at, subscription.deleted_at) = 0`;

/** Reads what checks have found, for people. */
@Injectable()
export class SiteCheckRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws Problem 404 `connection_not_found` for a location that is not connected */
  async siteOf(locationId: string): Promise<string> {
    const [row]: { site_id: string }[] = await this.dataSource.query(
      `SELECT site_id FROM connection WHERE location_id = $1 AND deleted_at IS NULL AND status <> 'disconnected'`,
      [locationId],
    );
    if (row === undefined) throw notFound('connection', locationId);
    return row.site_id;
  }

  async read(locationId: string): Promise<SiteCheckBody> {
    const siteId = await this.siteOf(locationId);
    const [check]: { checked_at: Date; verdict: { memberships: number } }[] = await this.dataSource.query(
      'SELECT checked_at, verdict FROM site_check WHERE site_id = $1',
      [siteId],
    );
    const [counts]: { open: number; undecided: number }[] = await this.dataSource.query(
      `SELECT count(*)::int AS open, count(*) FILTER (WHERE action IN ('held', 'blocked') OR kind = 'unexplained')::int AS undecided
       FROM drift_finding WHERE site_id = $1 AND resolved_at IS NULL`,
      [siteId],
    );
    const groups: GroupRow[] = await this.dataSource.query(
      `SELECT site_group.*, coalesce(json_agg(json_build_object('kind', kind, 'id', id)) FILTER (WHERE id IS NOT NULL), '[]') AS settings
       FROM site_group LEFT JOIN (${SETTINGS}) AS setting USING (group_id)
       WHERE site_id = $1 GROUP BY site_group.site_id, site_group.group_id ORDER BY site_group.group_id`,
      [siteId, locationId],
    );
    return {
      siteId,
      checkedAt: check?.checked_at.toISOString() ?? null,
      memberships: check?.verdict.memberships ?? 0,
      openFindings: counts?.open ?? 0,
      undecided: counts?.undecided ?? 0,
      groups: groups.map(groupBodyOf),
    };
  }

  /** Newest first. */
  async findings(locationId: string, { status, limit, cursor }: FindingQuery): Promise<Page<DriftFindingBody>> {
    const after = positionAfter(cursor, position);
    const rows: FindingRow[] = await this.dataSource.query(
      `SELECT ${findingColumns}, found_at, seen_at, resolved_at, decided_by, decided_at FROM drift_finding
       WHERE site_id = $1 AND ($2 OR resolved_at IS NULL)
         AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', found_at), id) < ($3, $4::uuid))
       ORDER BY date_trunc('milliseconds', found_at) DESC, id DESC LIMIT $5`,
      [await this.siteOf(locationId), status === 'all', after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
    const { items, nextCursor } = page(rows, limit, (row) => [row.found_at.toISOString(), row.id]);
    return { items: items.map(findingBodyOf), ...(nextCursor !== undefined && { nextCursor }) };
  }
}

function groupBodyOf(row: GroupRow): CheckedGroup {
  const codes: CheckedGroup['problems'][number]['code'][] = [
    ...(row.is_missing ? (['group_missing'] as const) : row.lint),
    ...(row.foreign_count > 0 ? (['group_with_foreign_members'] as const) : []),
  ];
  return {
    groupId: row.group_id,
    seenAt: row.seen_at.toISOString(),
    lintedAt: row.linted_at?.toISOString() ?? null,
    foreignCount: row.foreign_count,
    problems: codes.map((code) => ({ code, remedy: remedyFor(code) })),
    settings: row.settings,
  };
}

function findingBodyOf(row: FindingRow): DriftFindingBody {
  const { id, groupId, memberId, saltoUserId, kind, action } = row;
  return {
    id,
    groupId,
    memberId,
    saltoUserId,
    kind,
    action,
    foundAt: row.found_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decisions: decisionsFor({ ...row, isResolved: row.resolved_at !== null }),
  };
}
