import type { Urgency } from '@latchkey/access-workflows';
import type { Queries } from '../database/queries.ts';
import { untouched, type BudgetState, type Counts } from './budget-state.ts';

/** What one process may change at once. */
export interface BudgetChange {
  readonly state: BudgetState;
  /** Who was told to come back, and when; epoch ms of the database's clock. */
  readonly away: readonly { memberId: string; urgency: Urgency; since: number; comesAt: number }[];
  /** Whose turn it was. */
  readonly served: readonly string[];
}

export interface BudgetRow {
  readonly state: BudgetState;
  /** Epoch ms of the database's clock, the only one that counts … */
  readonly now: number;
  /** … and `performance.now()` when we had it: the database's is not behind it since … */
  readonly readAt: number;
  /** … and not further ahead than by this, ms: how long the reading took. */
  readonly unsureMs: number;
  /** Since when those who are back have been waiting, epoch ms by member. */
  readonly since: Readonly<Record<string, number>>;
  /** How many have been told to come back and are not overdue. */
  readonly away: Counts;
}

interface Row {
  version: string;
  state: Partial<BudgetState>;
  now: number;
  since: Record<string, number> | null;
  away: Record<string, number> | null;
}

/** Who has not come back this long after it should have is not counted any more … */
const OVERDUE_SECONDS = 10;
/** … and after this long has lost its place. */
const FORGOTTEN_SECONDS = 900;

/**
 * Budgets, one row a connection. A change is made from what was read and holds only if nobody changed the row meanwhile
 * (then it is made anew): no lock is held while a process thinks, so one that stalls holds up nobody.
 */
export class BudgetRepository {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  /**
   * Makes `change` from the row as it is, until it holds.
   * @param memberIds whose time in line is asked for
   */
  async change<T extends BudgetChange>(
    connectionId: string,
    memberIds: readonly string[],
    change: (row: BudgetRow) => T,
  ): Promise<T> {
    for (;;) {
      const { version, ...row } = await this.#read(connectionId, memberIds);
      const changed = change(row);
      if (await this.#write(connectionId, version, changed)) return changed;
    }
  }

  async #read(connectionId: string, memberIds: readonly string[]): Promise<BudgetRow & { version: string }> {
    const askedAt = performance.now();
    const [row] = await this.#database.query<Row>(
      `SELECT coalesce(version, 0) AS version, coalesce(state, '{}') AS state,
              (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
              (SELECT jsonb_object_agg(member_id, extract(epoch FROM since) * 1000) FROM budget_line
                WHERE connection_id = $1 AND member_id = ANY($2::uuid[])) AS since,
              (SELECT jsonb_object_agg(urgency, waiting) FROM (
                 SELECT urgency, count(*) AS waiting FROM budget_line
                  WHERE connection_id = $1 AND comes_at > now() - make_interval(secs => $3) GROUP BY urgency) AS line) AS away
         FROM (SELECT $1::uuid AS connection_id) AS asked LEFT JOIN budget USING (connection_id)`,
      [connectionId, memberIds, OVERDUE_SECONDS],
    );
    if (row === undefined) throw new Error('a query without conditions gave no row');
    const { version, state, now, since, away } = row;
    const counts = [0, 1, 2, 3, 4].map((urgency) => away?.[urgency] ?? 0);
    const readAt = performance.now();
    const clock = { now, readAt, unsureMs: readAt - askedAt };
    return { version, state: { ...untouched, ...state }, ...clock, since: since ?? {}, away: counts };
  }

  /** @returns whether the row was still that version */
  async #write(connectionId: string, version: string, { state, away, served }: BudgetChange): Promise<boolean> {
    const row = [connectionId, version, JSON.stringify(state)];
    // Mostly nobody leaves or comes back, and a short statement is planned in half the time.
    const rows =
      away.length === 0 && served.length === 0
        ? await this.#database.query(CHANGE, row)
        : await this.#database.query(CHANGE_WITH_LINE, [...row, served, JSON.stringify(away), FORGOTTEN_SECONDS]);
    return rows.length > 0;
  }
}

/** Only if the row is still that version; 0 where there was none. One that has gone since does not come back. */
const CHANGE = `
  INSERT INTO budget AS known (connection_id, version, state)
  SELECT $1, 1, $3 WHERE $2 = 0 OR EXISTS (SELECT FROM budget WHERE connection_id = $1)
  ON CONFLICT (connection_id) DO UPDATE SET version = known.version + 1, state = EXCLUDED.state
    WHERE known.version = $2
  RETURNING 1`;

const CHANGE_WITH_LINE = `
  WITH changed AS (${CHANGE}),
  told AS (
    SELECT * FROM jsonb_to_recordset($5) AS told("memberId" uuid, urgency smallint, since float8, "comesAt" float8)
     WHERE EXISTS (SELECT FROM changed)),
  gone AS (
    DELETE FROM budget_line WHERE EXISTS (SELECT FROM changed) AND connection_id = $1
       AND (member_id = ANY($4::uuid[]) OR comes_at < now() - make_interval(secs => $6))
       AND member_id NOT IN (SELECT "memberId" FROM told)),
  kept AS (
    INSERT INTO budget_line (connection_id, member_id, urgency, since, comes_at)
    SELECT $1, "memberId", urgency, to_timestamp(since / 1000), to_timestamp("comesAt" / 1000) FROM told
    ON CONFLICT (connection_id, member_id) DO UPDATE SET urgency = EXCLUDED.urgency, comes_at = EXCLUDED.comes_at)
  SELECT 1 FROM changed`;
