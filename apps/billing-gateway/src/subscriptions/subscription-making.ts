import type { NewSubscriptionItem, SubscriptionState } from '@latchkey/contracts';
import { conflict, notFound } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { randomUUIDv7 } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { NewRow } from '../aggregates/aggregate.entity.ts';
import { CompanyRepository } from '../companies/company.repository.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import { PersonRepository } from '../people/person.repository.ts';
import type { PlanEntity } from '../plans/plan.entity.ts';
import { PlanRepository } from '../plans/plan.repository.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import type { LocationEntity } from '../locations/location.entity.ts';
import type { SubscriptionEntity } from './subscription.entity.ts';
import { SubscriptionRepository } from './subscription.repository.ts';

/** What a new subscription is made of, before its items have ids. */
export type Draft = Omit<NewRow<SubscriptionEntity>, 'items' | 'locationId'>;

/** Makes subscriptions: of plans and resources of one location, whose rentals then hold their resources. */
@Injectable()
export class SubscriptionMaking {
  constructor(
    private readonly people: PersonRepository,
    private readonly companies: CompanyRepository,
    private readonly plans: PlanRepository,
    private readonly resources: ResourceRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /**
   * Locks the holder, so that it cannot be deleted meanwhile.
   * @throws Problem 404, or 409 `person_not_a_member`
   */
  async lockHolder(em: EntityManager, holder: SubscriptionState['holder'], locationId: string): Promise<void> {
    if (holder.kind === 'company') {
      const company = await this.companies.lock(em, holder.companyId, 'share');
      if (company.locationId !== locationId) throw notFound('company', holder.companyId);
      return;
    }
    const person = await this.people.lock(em, holder.personId, 'share');
    if (person.memberOf.includes(locationId)) return;
    const detail = `Person ${person.id} is not a member of location ${locationId}.`;
    throw conflict('person_not_a_member', detail, 'Make it a member of the location first.');
  }

  /**
   * Locks the plans and resources that items are of, and resources that the subscription rents already.
   * @returns the plans
   * @throws Problem 404 for what is unknown, deleted or of another location
   */
  async lockOffers(
    em: EntityManager,
    items: readonly NewSubscriptionItem[],
    locationId: string,
    rentedIds: readonly string[] = [],
  ): Promise<PlanEntity[]> {
    const planIds = items.flatMap((item) => (item.kind === 'plan' ? [item.planId] : []));
    const resourceIds = items.flatMap((item) => (item.kind === 'resource' ? [item.resourceId] : []));
    const plans = await this.plans.lockAll(em, planIds, 'share');
    await this.resources.lockForOccupancy(em, [...resourceIds, ...rentedIds]);
    const resources = await this.resources.lockAll(em, resourceIds);
    const stray = plans.find((plan) => plan.locationId !== locationId);
    if (stray !== undefined) throw notFound('plan', stray.id);
    const strayResource = resources.find((resource) => resource.locationId !== locationId);
    if (strayResource !== undefined) throw notFound('resource', strayResource.id);
    return plans;
  }

  /**
   * Makes the subscription; location, holder and offers are locked.
   * @throws Problem 409 `resource_rented` or `resource_booked`
   */
  async make(
    em: EntityManager,
    location: LocationEntity,
    draft: Draft,
    items: readonly NewSubscriptionItem[],
    now: number,
  ): Promise<SubscriptionEntity> {
    const withIds = items.map((item) => ({ ...item, id: randomUUIDv7({}) }));
    const fields = { ...draft, locationId: location.id, items: withIds };
    const subscription = await this.subscriptions.add(em, fields, now);
    await this.occupancy.holdForSubscription(em, subscription, location.timeZone);
    await this.occupancy.refuseOverlaps(em, [subscription.id]);
    return subscription;
  }
}
