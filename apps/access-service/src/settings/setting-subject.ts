import { notFound } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import type { SettingSubject } from '../ledger/ledger.ts';

/** The query of a subject's location; $1 is the subject, $2 the subscription that an item is of. */
const LOCATION_OF = {
  plan: 'SELECT location_id FROM plan WHERE id = $1 AND $2::uuid IS NULL AND deleted_at IS NULL',
  resource: 'SELECT location_id FROM resource WHERE id = $1 AND $2::uuid IS NULL AND deleted_at IS NULL',
  subscription_item: `SELECT location_id FROM subscription_item AS item JOIN subscription ON subscription.id = subscription_id
                      WHERE item.id = $1 AND subscription.id = $2 AND deleted_at IS NULL`,
} as const satisfies Record<SettingSubject['kind'], string>;

/**
 * The location that a subject belongs to.
 * @param subscriptionId of an item
 * @throws Problem 404 `<kind>_not_found`, also for what was made so recently that its event is still on its way
 */
export async function locationOfSubject(
  em: EntityManager,
  { kind, id }: SettingSubject,
  subscriptionId: string | null,
): Promise<string> {
  const [row]: { location_id: string }[] = await em.query(LOCATION_OF[kind], [id, subscriptionId]);
  if (row === undefined) throw notFound(kind, id);
  return row.location_id;
}
