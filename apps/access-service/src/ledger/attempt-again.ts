import type { EntityManager } from 'typeorm';

/**
 * Lets what fails for these entitlements be attempted now instead of at its next attempt: choosing groups anew is a
 * wish for that (S6.2), also where "not selected" in between was too short to be planned. Call it before wakeups are
 * written: pairs are locked before entitlements, by everybody.
 * @param affected SQL that gives (kind text, id uuid), its parameter is $1
 */
export async function attemptAgain(em: EntityManager, affected: string, parameter: unknown): Promise<void> {
  await em.query(
    `WITH waiting AS (
       SELECT site_id, member_id FROM pair
       WHERE next_attempt_at > clock_timestamp() AND (site_id, member_id) IN (
         SELECT grant_row.site_id, grant_row.member_id FROM (${affected}) AS affected
         JOIN grant_row ON entitlement_kind = affected.kind AND entitlement_id = affected.id
         WHERE phase IN ('open', 'revoking'))
       ORDER BY site_id, member_id FOR NO KEY UPDATE
     )
     UPDATE pair SET next_attempt_at = NULL FROM waiting
     WHERE pair.site_id = waiting.site_id AND pair.member_id = waiting.member_id`,
    [parameter],
  );
}
