import { subscriptionEvents, type SubscriptionState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { SubscriptionEntity, subscriptionStateOf } from './subscription.entity.ts';
import { isOver } from './subscription-period.ts';

/** Which subscriptions: those that name all of what is given. */
export interface SubscriptionFilter {
  readonly locationId?: string;
  readonly personId?: string;
  readonly companyId?: string;
  readonly planId?: string;
  readonly resourceId?: string;
}

@Injectable()
export class SubscriptionRepository extends AggregateRepository<SubscriptionEntity, SubscriptionState> {
  readonly kind = 'subscription';
  protected readonly entity = SubscriptionEntity;
  protected readonly events = subscriptionEvents;
  protected readonly stateOf = subscriptionStateOf;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  /** Locks those that are not over, running or still to come. */
  async lockOpen(em: EntityManager, filter: SubscriptionFilter, now: number): Promise<SubscriptionEntity[]> {
    const query = em
      .createQueryBuilder(SubscriptionEntity, 'subscription')
      .innerJoin('location', 'location', 'location.id = subscription.locationId')
      .addSelect('location.time_zone', 'zone')
      .where('subscription.cancelledAt IS NULL')
      // A coarse sieve for the index and the lock; the zone decides below.
      .andWhere('COALESCE(LEAST(subscription.endOn, subscription.cancelOn), :today) >= :today', {
        today: new Date(now - 2 * 86_400_000).toISOString().slice(0, 10),
      })
      .orderBy('subscription.id')
      .setLock('pessimistic_write', undefined, ['subscription']);
    for (const [condition, values] of conditionsOf(filter)) query.andWhere(condition, values);
    const { entities, raw } = await query.getRawAndEntities<{ zone: string }>();
    return entities.filter((row, index) => !isOver(row, raw[index]!.zone, now));
  }

  /** Subscriptions are cancelled, never deleted. */
  protected erase(): void {}
}

/** The filter as conditions of a query builder on `subscription`. */
export function conditionsOf(filter: SubscriptionFilter): [string, Record<string, string>][] {
  const { locationId, personId, companyId, planId, resourceId } = filter;
  const conditions: [string, Record<string, string>][] = [];
  if (locationId !== undefined) conditions.push(['subscription.locationId = :locationId', { locationId }]);
  if (personId !== undefined) conditions.push(['subscription.personId = :personId', { personId }]);
  if (companyId !== undefined) conditions.push(['subscription.companyId = :companyId', { companyId }]);
  // `@>` is what the GIN index on the items answers.
  if (planId !== undefined) conditions.push(['subscription.items @> :plan::jsonb', { plan: itemWith({ planId }) }]);
  if (resourceId !== undefined) {
    conditions.push(['subscription.items @> :resource::jsonb', { resource: itemWith({ resourceId }) }]);
  }
  return conditions;
}

function itemWith(source: Record<string, string>): string {
  return JSON.stringify([source]);
}
