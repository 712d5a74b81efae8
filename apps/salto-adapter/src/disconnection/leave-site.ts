import { randomUUID } from 'node:crypto';
import type { Connection } from '../connections/connection.repository.ts';
import type { Queries } from '../database/queries.ts';
import { markDone, save, saveLeftOpen } from './disconnection.repository.ts';

/**
 * A location chooses another site, which is a disconnect from the present one (S8.2). The new account may not see the
 * old site, so the list of who is left there is what our records say.
 */
export async function leaveSite(
  em: Queries,
  { locationId, siteId, status }: Connection,
  requestedBy: string,
): Promise<void> {
  if (status === 'disconnected') return;
  const { id } = await save(em, { id: randomUUID(), locationId, siteId, revokesFirst: false, requestedBy });
  const ours = await em.query<{ memberId: string; groupId: string }>(
    `SELECT member_id AS "memberId", group_id AS "groupId" FROM group_intent WHERE site_id = $1 AND NOT present_before`,
    [siteId],
  );
  await saveLeftOpen(em, id, ours, false);
  await markDone(em, id);
}
