import type { Entitlement } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import type { EntityManager } from 'typeorm';
import { epochMs } from './instants.ts';
import { prepared } from './prepared.ts';
import { Sites, type ConnectionFact } from './sites.ts';

/** What a plan needs to know besides facts and rows, read after its locks were taken. */
export interface Moment {
  /** The database's clock, epoch ms. */
  readonly databaseNow: number;
  readonly epoch: number;
  /** The database was restored, and its facts have not been compared since. */
  readonly isHealing: boolean;
  /** The newest change of what the entitlement's plan reads. */
  readonly changedNo: string | null;
  readonly sites: Sites;
}

interface MomentRow {
  now: Date;
  epoch: number;
  is_healing: boolean;
  changed_no: string | null;
  connections: ConnectionFact[];
}

/** Read before the facts: they are then at least as new as `changedNo` says. */
export async function readMoment(
  em: EntityManager,
  pairs: readonly Pair[],
  { kind, id }: Entitlement,
): Promise<Moment> {
  const [row] = await prepared<MomentRow>(
    em,
    'read-moment',
    `SELECT clock_timestamp() AS now, installation.epoch, comparison.epoch < installation.epoch AS is_healing,
            (SELECT changed_no FROM entitlement WHERE kind = $1 AND id = $2) AS changed_no,
            (SELECT coalesce(json_agg(json_build_object(
                      'locationId', location_id, 'siteId', site_id, 'status', status)), '[]')
             FROM connection WHERE site_id = ANY($3::uuid[]) AND deleted_at IS NULL) AS connections
     FROM installation, comparison`,
    [kind, id, [...new Set(pairs.map(({ siteId }) => siteId))]],
  );
  if (row === undefined) throw new Error('the table installation is empty: run the migrations');
  const { epoch, is_healing: isHealing, changed_no: changedNo, connections } = row;
  return { databaseNow: epochMs(row.now), epoch, isHealing, changedNo, sites: new Sites(connections) };
}
