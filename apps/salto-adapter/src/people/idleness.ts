import { PREPARE_AHEAD_MS } from '@latchkey/access-domain';
import type { PairSession } from '../access/pair-lock.ts';

/** How long after the end of its last access a user is left alone: bookings back to back must not give and take seats. */
export const QUIET_MS = 10 * 60_000;

/**
 * SQL: asks for the upkeep of the users that `users` selects (site_id, member_id, due_at). What is asked for while an
 * upkeep runs is done by another one afterwards.
 * @param dueAt SQL: when, where it was asked for already
 */
export const askUpkeep = (users: string, dueAt = 'LEAST(upkeep.due_at, EXCLUDED.due_at)') => `
  INSERT INTO user_upkeep AS upkeep (site_id, member_id, due_at) ${users}
  ON CONFLICT (site_id, member_id) DO UPDATE
    SET due_at = ${dueAt}, asked_no = upkeep.asked_no + 1`;

/**
 * SQL, the rest of a WITH: notes that the pair's user is idle from `at` on where `condition` holds, and asks for what the
 * end of its access wants: after the quiet time, or at once where the person was deleted (S5.7). Site is $1, member $2.
 */
export const becomesIdle = (at: string, condition: string) => `
  idle AS (
    UPDATE salto_user SET idle_at = ${at} WHERE site_id = $1 AND member_id = $2 AND ${condition}
    RETURNING site_id, member_id, idle_at)
  ${askUpkeep(`SELECT site_id, member_id, CASE
      WHEN EXISTS (SELECT FROM person WHERE person.member_id = idle.member_id AND is_deleted) THEN idle_at
      ELSE idle_at + interval '${QUIET_MS} milliseconds' END FROM idle`)}`;

/** A prepared user is expected: not idle before the access could have opened that it was prepared for. */
export async function expectSoon(session: PairSession): Promise<void> {
  const { siteId, memberId } = session.pair;
  await session.query(`WITH ${becomesIdle('to_timestamp($3::float8 / 1000)', 'idle_at IS NOT NULL')}`, [
    siteId,
    memberId,
    session.now() + PREPARE_AHEAD_MS,
  ]);
}
