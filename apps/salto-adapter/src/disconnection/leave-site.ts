import { randomUUID } from 'node:crypto';
import type { Connection } from '../connections/connection.repository.ts';
import type { Queries } from '../database/queries.ts';
import { markEnded, save } from './disconnection.repository.ts';

/**
 * A location chooses another site, which is a disconnect from the present one (S8.2): its workflow does the rest. One
 * that was asked for before goes on, and has nothing to wait for any more.
 */
export async function leaveSite(
  em: Queries,
  { locationId, siteId, status }: Connection,
  requestedBy: string,
): Promise<void> {
  if (status === 'disconnected') return;
  const { id } = await save(em, { id: randomUUID(), locationId, siteId, revokesFirst: false, requestedBy });
  await markEnded(em, id);
}
