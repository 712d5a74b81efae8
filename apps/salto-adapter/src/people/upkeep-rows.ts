import { retryDelay } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import type { DoorFailure } from '../access/failures.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { Queries } from '../database/queries.ts';
import { askUpkeep } from './idleness.ts';
import { isLeft } from './standing.ts';
import type { UpkeepResult } from './upkeep.ts';

/** So often an upkeep may fail before nobody waits for it any more. */
const HURRIED_ATTEMPTS = 3;

/** The last location leaves the site: users without access give their seats back now, or nobody ever takes them. */
export async function hurrySeats(database: Queries, siteId: string): Promise<void> {
  await database.query(
    askUpkeep(`
      SELECT site_id, member_id, clock_timestamp() FROM salto_user
       WHERE site_id = $1 AND idle_at IS NOT NULL AND has_seat AND origin = 'created' AND (${isLeft})
       ORDER BY member_id`),
    [siteId],
  );
}

/** How many upkeeps of the site are due, or will be within the time that a claim or an answer may take. */
export async function countHurried(database: Queries, siteId: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM user_upkeep
      WHERE site_id = $1 AND due_at < clock_timestamp() + ${CLAIM} AND attempts < $2 AND (${isLeft})`,
    [siteId, HURRIED_ATTEMPTS],
  );
  return row?.count ?? 0;
}

/** A user whose upkeep this process has taken on. */
export interface Claim extends Pair {
  readonly askedNo: string;
  readonly attempts: number;
}

interface Next {
  readonly dueAt: number;
  readonly attempts: number;
  readonly failure?: DoorFailure;
}

/** After this time another process takes over what one has claimed. Longer than an upkeep can last. */
const CLAIM = `interval '5 minutes'`;

/** How long a site whose Salto does not answer is left alone. */
const SITE_PAUSE_MS = 15_000;

/** Asks for the upkeep of the pair's user at an instant, epoch ms. */
export async function askUpkeepAt(session: PairSession, at: number): Promise<void> {
  const { siteId, memberId } = session.pair;
  await session.query(askUpkeep('SELECT $1::uuid, $2::uuid, to_timestamp($3::float8 / 1000)'), [siteId, memberId, at]);
}

/** The site is full: users whose access has ended give their seats back before their quiet time is over. */
export async function hurryIdle(session: PairSession): Promise<void> {
  await session.query(
    askUpkeep(`
      SELECT site_id, member_id, clock_timestamp() FROM salto_user
       WHERE site_id = $1 AND idle_at <= to_timestamp($2::float8 / 1000) AND has_seat AND origin = 'created'
       ORDER BY member_id`),
    [session.pair.siteId, session.now()],
  );
}

/** What is to be done for users, shared by all workers: taken by claims, and never lost by a crash. */
export class UpkeepQueue {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  /** Takes on the longest due; those of a broken connection wait until it works again. */
  async claim(): Promise<Claim | undefined> {
    const [claim] = await this.#database.query<Claim>(
      `UPDATE user_upkeep SET due_at = clock_timestamp() + ${CLAIM}
        WHERE (site_id, member_id) = (
          SELECT site_id, member_id FROM user_upkeep AS due
           WHERE due_at <= clock_timestamp() AND EXISTS (
             SELECT FROM connection WHERE connection.site_id = due.site_id AND status IN ('connected', 'degraded', 'disconnecting'))
           ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING site_id AS "siteId", member_id AS "memberId", asked_no AS "askedNo", attempts`,
    );
    return claim;
  }

  /** Records what an upkeep came to. What was asked for meanwhile stays due. */
  async finish(claim: Claim, { dueAt, failures: [failure] }: UpkeepResult): Promise<void> {
    if (failure === undefined) {
      if (dueAt === null) await this.#remove(claim);
      return this.#save(claim, { dueAt: dueAt ?? Infinity, attempts: 0 });
    }
    if (isAboutSite(failure)) await this.#pause(claim.siteId, failure);
    const attempts = claim.attempts + 1;
    const retryAt = nextAttempt(failure, attempts, claim.memberId);
    await this.#save(claim, { dueAt: Math.min(dueAt ?? Infinity, retryAt), attempts, failure });
  }

  async #remove({ siteId, memberId, askedNo }: Claim): Promise<void> {
    const sql = 'DELETE FROM user_upkeep WHERE site_id = $1 AND member_id = $2 AND asked_no = $3';
    await this.#database.query(sql, [siteId, memberId, askedNo]);
  }

  /** @param next `dueAt` in epoch ms; Infinity: only when somebody asks */
  async #save({ siteId, memberId, askedNo }: Claim, next: Next): Promise<void> {
    const { dueAt, attempts, failure } = next;
    await this.#database.query(
      `UPDATE user_upkeep SET failure_code = $4, failure_message = $5, attempts = $6,
              due_at = CASE WHEN asked_no <> $3 THEN due_at
                            WHEN $7::float8 = 'infinity' THEN 'infinity' ELSE to_timestamp($7::float8 / 1000) END
        WHERE site_id = $1 AND member_id = $2`,
      [
        siteId,
        memberId,
        askedNo,
        failure?.code ?? null,
        failure?.message ?? null,
        attempts,
        dueAt === Infinity ? 'infinity' : dueAt,
      ],
    );
  }

  /** Who asks Salto in vain for one user need not ask for the site's others: those of other sites come first. */
  async #pause(siteId: string, { retryAt = 0 }: DoorFailure): Promise<void> {
    await this.#database.query(
      `UPDATE user_upkeep SET due_at = to_timestamp($2::float8 / 1000)
        WHERE site_id = $1 AND due_at < to_timestamp($2::float8 / 1000)`,
      [siteId, Math.max(Date.now() + SITE_PAUSE_MS, retryAt)],
    );
  }
}

function isAboutSite({ code }: DoorFailure): boolean {
  return code === 'provider_unavailable' || code === 'rate_limited';
}

/** Epoch ms; what only a person can cure waits for one, or for a change. */
function nextAttempt({ retry, retryAt = 0 }: DoorFailure, attempts: number, seed: string): number {
  return retry === 'never' ? Infinity : Math.max(Date.now() + retryDelay(attempts, 'grant', seed), retryAt);
}
