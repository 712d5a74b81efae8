import { randomUUID } from 'node:crypto';
import { linkEvents } from '@latchkey/contracts';
import type { Outbox } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { queriesOf } from '../database/queries.ts';

/**
 * A member's contact is newer than the one that attempts have used: where it has no Salto user, its e-mail may be what
 * kept it from one, so what was blocked is tried again. `em` is the transaction that records the newer version.
 */
export async function tellNewerContact(em: EntityManager, outbox: Outbox, memberId: string): Promise<void> {
  const pairs = await queriesOf(em).query<{ siteId: string }>(
    `SELECT site_id AS "siteId" FROM pair JOIN person USING (member_id)
      WHERE member_id = $1 AND fetched_version < contact_version AND NOT EXISTS (
        SELECT FROM salto_user AS linked WHERE linked.site_id = pair.site_id AND linked.member_id = pair.member_id)
      ORDER BY site_id`,
    [memberId],
  );
  for (const { siteId } of pairs) {
    const data = { id: randomUUID(), siteId, memberId, decision: null };
    await outbox.append(em, linkEvents.changed, { version: 1, occurredAt: Date.now(), data });
  }
}
