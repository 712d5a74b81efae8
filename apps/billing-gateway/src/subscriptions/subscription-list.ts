import { uuid } from '@latchkey/contracts';
import { pageQuery, type Caller, type Page } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { listAggregates } from '../aggregates/aggregate-list.ts';
import { administeredBy, selfOf } from '../callers/visibility.ts';
import { SubscriptionEntity } from './subscription.entity.ts';
import { conditionsOf } from './subscription.repository.ts';

export const subscriptionsQuery = pageQuery.extend({
  locationId: uuid.optional(),
  personId: uuid.optional(),
  companyId: uuid.optional(),
  planId: uuid.optional(),
  resourceId: uuid.optional(),
});
export type SubscriptionsQuery = z.infer<typeof subscriptionsQuery>;

const MANAGED = `subscription.companyId IN (SELECT id FROM company WHERE manager_ids @> ARRAY[:self]::uuid[])`;

/** Subscriptions that the caller holds, of companies that it manages, and of locations that it administers. */
export function listSubscriptions(
  em: EntityManager,
  { limit, cursor, ...filter }: SubscriptionsQuery,
  caller: Caller,
): Promise<Page<SubscriptionEntity>> {
  return listAggregates(em, SubscriptionEntity, { limit, cursor }, (subscriptions) => {
    const administered = administeredBy(caller);
    if (administered !== '*') {
      const isVisible = `(subscription.personId = :self OR subscription.locationId = ANY(:administered) OR ${MANAGED})`;
      subscriptions.andWhere(isVisible, { administered, self: selfOf(caller) ?? null });
    }
    for (const [condition, values] of conditionsOf(filter)) subscriptions.andWhere(condition, values);
  });
}

/** Whether the caller may see one subscription. */
export async function isVisibleTo(em: EntityManager, caller: Caller, row: SubscriptionEntity): Promise<boolean> {
  const administered = administeredBy(caller);
  if (administered === '*' || administered.includes(row.locationId)) return true;
  const self = selfOf(caller);
  if (self === undefined) return false;
  if (row.companyId === null) return row.personId === self;
  const rows: unknown[] = await em.query('SELECT FROM company WHERE id = $1 AND $2::uuid = ANY (manager_ids)', [
    row.companyId,
    self,
  ]);
  return rows.length > 0;
}
