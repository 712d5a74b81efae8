import type { DoorEventBody, EntryState } from '@latchkey/contracts';
import { page, positionAfter, type Page, type pageQuery } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { timestamp } from '../ledger/instants.ts';
import type { DoorUse } from './door-rules.ts';

interface Row {
  entry_id: string;
  site_id: string;
  lock_id: string;
  outcome: DoorEventBody['outcome'];
  reason: DoorEventBody['reason'];
  access_by: string | null;
  happened_at: Date;
  was_granted: boolean;
}

export type DoorEventQuery = z.infer<typeof pageQuery>;

const position = z.tuple([z.iso.datetime(), z.string()]);

/** What doors said of members, as long as it is kept. */
@Injectable()
export class DoorEvents {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns whether it was new; nothing is kept of somebody who was deleted */
  async save(em: EntityManager, entry: EntryState & { memberId: string }, wasGranted: boolean): Promise<boolean> {
    const saved: unknown[] = await em.query(
      `INSERT INTO door_event (site_id, entry_id, location_ids, lock_id, member_id, outcome, reason, access_by,
         happened_at, was_granted)
       SELECT $1, $2, $3, $4, $5::uuid, $6, $7, $8, $9, $10
       WHERE NOT EXISTS (SELECT FROM person WHERE id = $5::uuid AND deleted_at IS NOT NULL)
       ON CONFLICT (site_id, entry_id) DO NOTHING RETURNING entry_id`,
      [
        ...[entry.siteId, entry.id, entry.locationIds, entry.lockId, entry.memberId, entry.outcome],
        ...[entry.reason, entry.accessBy, entry.at, wasGranted],
      ],
    );
    return saved.length > 0;
  }

  /** Whether a door has opened after a refusal that shows its trouble to be over: see `isSameTrouble`. */
  async hasOpenedSince(em: EntityManager, siteId: string, memberId: string, refusal: DoorUse): Promise<boolean> {
    const opened: unknown[] = await em.query(
      `SELECT FROM door_event WHERE site_id = $1 AND member_id = $2 AND outcome = 'opened' AND happened_at >= $3
         AND ($4 = 'suspended' OR lock_id = $5) LIMIT 1`,
      [siteId, memberId, timestamp(refusal.at), refusal.reason, refusal.lockId],
    );
    return opened.length > 0;
  }

  /** A member at the doors of these locations (`*`: all), the newest first. */
  async list(
    memberId: string,
    locationIds: readonly string[] | '*',
    { limit, cursor }: DoorEventQuery,
  ): Promise<Page<DoorEventBody>> {
    const [at, id] = positionAfter(cursor, position) ?? [null, null];
    const rows: Row[] = await this.dataSource.query(
      `SELECT entry_id, site_id, lock_id, outcome, reason, access_by, happened_at, was_granted FROM door_event
       WHERE member_id = $1 AND ($2 OR location_ids && $3::uuid[])
         AND ($4::timestamptz IS NULL OR (happened_at, entry_id) < ($4, $5))
       ORDER BY happened_at DESC, entry_id DESC LIMIT $6`,
      [memberId, locationIds === '*', locationIds === '*' ? [] : locationIds, at, id, limit + 1],
    );
    const { items, ...rest } = page(rows, limit, (row) => [row.happened_at.toISOString(), row.entry_id]);
    return { items: items.map(toBody), ...rest };
  }
}

function toBody(row: Row): DoorEventBody {
  return {
    id: row.entry_id,
    siteId: row.site_id,
    lockId: row.lock_id,
    outcome: row.outcome,
    reason: row.reason,
    accessBy: row.access_by,
    at: row.happened_at.toISOString(),
    wasGranted: row.was_granted,
  };
}
