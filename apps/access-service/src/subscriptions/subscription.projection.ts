import type { SubscriptionState } from '@latchkey/contracts';
import type { HandledAs } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { saveState, saveTombstone } from '../facts/save-fact.ts';

/** Stores a subscription with its items, unless this version or a newer one is known. */
export async function saveSubscription(
  em: EntityManager,
  subscription: SubscriptionState,
  version: number,
): Promise<HandledAs> {
  const { id, holder } = subscription;
  const handled = await saveState(
    em,
    'subscription',
    { id, version },
    {
      location_id: subscription.locationId,
      person_id: holder.kind === 'member' ? holder.personId : null,
      company_id: holder.kind === 'company' ? holder.companyId : null,
      start_on: subscription.startOn,
      last_day_on: subscription.lastDayOn,
      cancelled_at: subscription.cancelledAt,
      made_at: subscription.madeAt,
      replaces_id: subscription.replacesId,
      replaced_by_id: subscription.replacedById,
    },
  );
  if (handled === undefined) await saveItems(em, subscription);
  return handled;
}

/** Leaves id and version of a subscription. Whom it had let in is in the ledger, until that has ended. */
export async function saveDeletedSubscription(
  em: EntityManager,
  of: { readonly id: string; readonly version: number },
  deletedAt: string,
): Promise<HandledAs> {
  const handled = await saveTombstone(em, 'subscription', of, deletedAt);
  if (handled === undefined) await em.query('DELETE FROM subscription_item WHERE subscription_id = $1', [of.id]);
  return handled;
}

/**
 * An item that is new here copies, once, the setting that was valid when the subscription was made, however late the
 * news of it arrives (S2.2). The caller holds the locks of these settings: none can still become valid before.
 */
async function saveItems(em: EntityManager, { id, items, madeAt }: SubscriptionState): Promise<void> {
  await em.query('DELETE FROM subscription_item WHERE subscription_id = $1 AND id <> ALL($2::uuid[])', [
    id,
    items.map((item) => item.id),
  ]);
  await em.query(
    `INSERT INTO subscription_item (id, subscription_id, plan_id, resource_id, copied_group_ids)
     SELECT item.id, $1, item.plan_id, item.resource_id, coalesce(setting.group_ids, '{}')
     FROM jsonb_to_recordset($2) AS item(id uuid, plan_id uuid, resource_id uuid)
     LEFT JOIN access_setting AS setting
       ON setting.subject_kind = CASE WHEN item.plan_id IS NULL THEN 'resource' ELSE 'plan' END
      AND setting.subject_id = coalesce(item.plan_id, item.resource_id)
      AND setting.valid_from <= $3 AND (setting.valid_to IS NULL OR setting.valid_to > $3)
     ON CONFLICT (id) DO NOTHING`,
    [id, JSON.stringify(items.map(itemRow)), madeAt],
  );
}

function itemRow(item: SubscriptionState['items'][number]) {
  return {
    id: item.id,
    plan_id: item.kind === 'plan' ? item.planId : null,
    resource_id: item.kind === 'resource' ? item.resourceId : null,
  };
}
