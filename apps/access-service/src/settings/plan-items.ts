import type { PlanApplicationState } from '@latchkey/contracts';
import type { EntityManager } from 'typeorm';

/** An item of a running or future subscription to a plan. */
export interface PlanItem {
  readonly itemId: string;
  readonly subscriptionId: string;
  /** What it gives now. */
  readonly groupIds: readonly string[];
  readonly state: PlanApplicationState;
}

interface Row extends Omit<PlanItem, 'state'> {
  readonly isChosen: boolean;
}

/** The items that a plan's groups can still concern, and how each compares with these groups. */
export async function readPlanItems(
  em: EntityManager,
  planId: string,
  groupIds: readonly string[],
): Promise<PlanItem[]> {
  const rows: Row[] = await em.query(
    `SELECT item.id AS "itemId", subscription.id AS "subscriptionId",
            coalesce(setting.group_ids, item.copied_group_ids) AS "groupIds",
            coalesce(NOT setting.is_from_plan, false) AS "isChosen"
     FROM subscription_item AS item
     JOIN subscription ON subscription.id = item.subscription_id AND subscription.deleted_at IS NULL
     LEFT JOIN location ON location.id = subscription.location_id
     LEFT JOIN access_setting AS setting ON setting.subject_kind = 'subscription_item' AND setting.subject_id = item.id
      AND setting.valid_to IS NULL
     WHERE item.plan_id = $1
       AND (subscription.cancelled_at IS NULL OR subscription.cancelled_at > clock_timestamp())
       AND (subscription.last_day_on IS NULL
            OR subscription.last_day_on >= (clock_timestamp() AT TIME ZONE coalesce(location.time_zone, 'UTC'))::date)
     ORDER BY item.id`,
    [planId],
  );
  const wanted = keyOf(groupIds);
  return rows.map(({ isChosen, ...item }) => {
    const differs = isChosen ? ('chosen_by_hand' as const) : ('differs' as const);
    return { ...item, state: keyOf(item.groupIds) === wanted ? 'same' : differs };
  });
}

/** How many people have these subscriptions now, those of companies included. */
export async function countPeople(em: EntityManager, subscriptionIds: readonly string[]): Promise<number> {
  const [row]: { people: number }[] = await em.query(
    `SELECT count(DISTINCT coalesce(subscription.person_id, company_person.person_id))::int AS people
     FROM subscription LEFT JOIN company_person USING (company_id) WHERE subscription.id = ANY($1::uuid[])`,
    [subscriptionIds],
  );
  return row?.people ?? 0;
}

function keyOf(groupIds: readonly string[]): string {
  return JSON.stringify(groupIds.toSorted());
}
