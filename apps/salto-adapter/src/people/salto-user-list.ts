import type { SaltoUserBody } from '@latchkey/contracts';
import { page, positionAfter, type Page } from '@latchkey/service-kit';
import { z } from 'zod';
import type { Queries } from '../database/queries.ts';
import { askUpkeep } from './idleness.ts';
import { isOfOthers, type LocationSite } from './own-people.ts';
import type { SaltoUserQuery } from './people.schemas.ts';

interface Row {
  readonly memberId: string;
  readonly origin: SaltoUserBody['origin'];
  readonly hasSeat: boolean;
  readonly idleAt: Date | null;
  readonly code: string | null;
  readonly cause: string | null;
  readonly attempts: number | null;
  readonly nextAttemptAt: Date | null;
}

const position = z.tuple([z.uuid()]);

/** A site's linked users as a location's administrators see them: ids and troubles, no names, and not other locations'. */
export class SaltoUserList {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  async list(
    { siteId, locationId }: LocationSite,
    { limit, cursor, failing = false }: SaltoUserQuery,
  ): Promise<Page<SaltoUserBody>> {
    const [after] = positionAfter(cursor, position) ?? [null];
    const rows = await this.#database.query<Row>(
      `SELECT salto_user.member_id AS "memberId", origin, has_seat AS "hasSeat",
              CASE WHEN idle_at <= now() THEN idle_at END AS "idleAt", failure_code AS code, failure_message AS cause,
              attempts, CASE WHEN due_at < 'infinity' THEN due_at END AS "nextAttemptAt"
         FROM salto_user LEFT JOIN user_upkeep USING (site_id, member_id)
        WHERE site_id = $1 AND ($2::uuid IS NULL OR member_id > $2) AND (NOT $3 OR failure_code IS NOT NULL)
          AND NOT ${isOfOthers('salto_user.member_id', '$1', '$5')}
        ORDER BY salto_user.member_id LIMIT $4`,
      [siteId, after, failing, limit + 1, locationId],
    );
    const { items, nextCursor } = page(rows, limit, ({ memberId }) => [memberId]);
    return { items: items.map(bodyOf), ...(nextCursor !== undefined && { nextCursor }) };
  }

  /** Does now what waits for its next attempt, or for a person. @returns whether there is such a user */
  async retry({ siteId, locationId }: LocationSite, memberId: string): Promise<boolean> {
    const rows = await this.#database.query(
      `WITH asked AS (${askUpkeep(
        `SELECT site_id, member_id, clock_timestamp() FROM salto_user
          WHERE site_id = $1 AND member_id = $2 AND NOT ${isOfOthers('salto_user.member_id', '$1', '$3')}`,
      )} RETURNING site_id) SELECT site_id FROM asked`,
      [siteId, memberId, locationId],
    );
    return rows.length > 0;
  }
}

function bodyOf({ memberId, origin, hasSeat, idleAt, code, cause, attempts, nextAttemptAt }: Row): SaltoUserBody {
  const failure = code === null ? null : { code, cause: cause ?? code, attempts: attempts ?? 0 };
  return {
    memberId,
    origin,
    hasSeat,
    idleAt: idleAt?.toISOString() ?? null,
    failure: failure && { ...failure, nextAttemptAt: nextAttemptAt?.toISOString() ?? null },
  };
}
