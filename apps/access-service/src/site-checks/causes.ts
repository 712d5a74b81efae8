import type { Entitlement } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import type { EntityManager } from 'typeorm';
import { columns } from '../ledger/pair-rows.ts';

/** The entitlements that answer for these pairs: whom to wake for a revision that nothing else caused. */
export async function causesOf(em: EntityManager, pairs: readonly Pair[]): Promise<Entitlement[]> {
  if (pairs.length === 0) return [];
  return em.query(
    `SELECT DISTINCT caused_by_kind AS kind, caused_by_id AS id FROM pair
     JOIN unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id) USING (site_id, member_id)`,
    columns(pairs),
  );
}
