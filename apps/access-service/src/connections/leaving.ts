import type { Membership } from '@latchkey/access-domain';
import type { DisconnectionRequest, LeavingActivities } from '@latchkey/access-workflows';
import type { DataSource } from 'typeorm';
import type { ConnectionFact } from '../ledger/sites.ts';

/** Groups that another location gives the member at the same site: those are not left open. */
const GIVEN_ELSEWHERE = `
  EXISTS (SELECT FROM grant_row AS other
          WHERE other.site_id = grant_row.site_id AND other.member_id = grant_row.member_id
            AND other.group_id = grant_row.group_id AND other.location_id <> grant_row.location_id
            AND other.phase = 'open' AND other.opens_at <= now())`;

/** What a location that is disconnected leaves behind. */
export class Leaving implements LeavingActivities {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async countToRevoke({ locationId, siteId }: DisconnectionRequest): Promise<number | null> {
    const connection = await this.#connectionOf(locationId);
    if (connection?.siteId !== siteId || connection.status !== 'disconnecting') return null;
    return this.#countOpen(locationId, siteId);
  }

  async leftOpenBy({ locationId, siteId }: DisconnectionRequest): Promise<Membership[] | null> {
    const connection = await this.#connectionOf(locationId);
    const isEnded = connection !== undefined && (connection.siteId !== siteId || connection.status === 'disconnected');
    if (!isEnded || (await this.#countOpen(locationId, siteId)) > 0) return null;
    return this.#memberships(locationId, siteId, `phase = 'left_open'`);
  }

  /** Who would stay in which groups if the location were disconnected now. */
  preview(locationId: string, siteId: string): Promise<Membership[]> {
    const isThere = `(phase IN ('revoking', 'left_open') OR phase = 'open' AND granted_at IS NOT NULL)`;
    return this.#memberships(locationId, siteId, isThere);
  }

  async #connectionOf(locationId: string): Promise<ConnectionFact | undefined> {
    const [row]: ConnectionFact[] = await this.#dataSource.query(
      `SELECT location_id AS "locationId", site_id AS "siteId",
              CASE WHEN deleted_at IS NULL THEN status ELSE 'disconnected' END AS status
         FROM connection WHERE location_id = $1`,
      [locationId],
    );
    return row;
  }

  async #countOpen(locationId: string, siteId: string): Promise<number> {
    const [row]: { n: number }[] = await this.#dataSource.query(
      `SELECT count(*)::int AS n FROM grant_row WHERE location_id = $1 AND site_id = $2 AND phase IN ('open', 'revoking')`,
      [locationId, siteId],
    );
    return row?.n ?? 0;
  }

  #memberships(locationId: string, siteId: string, which: string): Promise<Membership[]> {
    return this.#dataSource.query(
      `SELECT DISTINCT member_id AS "memberId", group_id AS "groupId" FROM grant_row
       WHERE location_id = $1 AND site_id = $2 AND ${which} AND NOT ${GIVEN_ELSEWHERE} ORDER BY 1, 2`,
      [locationId, siteId],
    );
  }
}
