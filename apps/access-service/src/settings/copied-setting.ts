import type { AccessSettingBody } from '@latchkey/contracts';
import type { EntityManager } from 'typeorm';

interface CopyRow {
  group_ids: string[];
  made_at: Date;
}

/**
 * What an item copied when its subscription was made (S2.2), as the first entry of its history.
 * @param replacedAt when somebody first chose for the item itself; null if nobody has
 */
export async function copiedSetting(
  em: EntityManager,
  itemId: string,
  replacedAt: string | null,
): Promise<AccessSettingBody['history']> {
  const rows: CopyRow[] = await em.query(
    `SELECT item.copied_group_ids AS group_ids, subscription.made_at
     FROM subscription_item AS item JOIN subscription ON subscription.id = subscription_id WHERE item.id = $1`,
    [itemId],
  );
  return rows.map((row) => ({
    groupIds: row.group_ids,
    validFrom: row.made_at.toISOString(),
    validTo: replacedAt,
    chosenBy: null,
  }));
}
