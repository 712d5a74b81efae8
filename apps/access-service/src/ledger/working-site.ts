import type { EntityManager } from 'typeorm';
import { WORKING } from './sites.ts';

/** The site that a location is connected to, where that works: how many locations share it. */
export async function workingSite(em: EntityManager, locationId: string): Promise<{ locations: number } | undefined> {
  const [row]: { locations: number }[] = await em.query(
    `SELECT (SELECT count(*)::int FROM connection AS any_of WHERE any_of.site_id = own.site_id
              AND any_of.deleted_at IS NULL AND any_of.status <> 'disconnected') AS locations
     FROM connection AS own
     WHERE location_id = $1 AND deleted_at IS NULL AND status = ANY ($2)`,
    [locationId, [...WORKING]],
  );
  return row;
}
