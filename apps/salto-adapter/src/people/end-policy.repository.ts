import type { Queries } from '../database/queries.ts';
import type { EndPolicy } from './end-of-access.ts';
import { askUpkeep } from './idleness.ts';
import { policyOf } from './standing.ts';

/** What each location wants done with users whose access has ended. */
export class EndPolicies {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  /** Undefined where the location is not connected. */
  async ofLocation(locationId: string): Promise<EndPolicy | undefined> {
    const [row] = await this.#database.query<{ kind: EndPolicy['kind']; days: number | null }>(
      'SELECT end_policy AS kind, end_policy_days AS days FROM connection WHERE location_id = $1',
      [locationId],
    );
    return row && policyOf(row);
  }

  /** Users whose access has ended already are looked at again. @returns whether the location is connected */
  async save(locationId: string, policy: EndPolicy): Promise<boolean> {
    const rows = await this.#database.query(
      `WITH changed AS (
         UPDATE connection SET end_policy = $2, end_policy_days = $3 WHERE location_id = $1 RETURNING site_id),
       asked AS (${askUpkeep(`
         SELECT site_id, member_id, clock_timestamp() FROM salto_user
          WHERE site_id IN (SELECT site_id FROM changed) AND idle_at IS NOT NULL AND origin = 'created'
          ORDER BY site_id, member_id`)})
       SELECT site_id FROM changed`,
      [locationId, policy.kind, policy.kind === 'delete' ? policy.days : null],
    );
    return rows.length > 0;
  }
}
