import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyRepository } from '../companies/company.repository.ts';
import { CompanyEntity } from '../companies/company.entity.ts';
import { AccessEndings } from '../deletions/access-endings.ts';
import { PersonDeletion } from '../people/person-deletion.ts';
import { locationsOf } from '../people/person.entity.ts';
import { PlanEntity } from '../plans/plan.entity.ts';
import { PlanRepository } from '../plans/plan.repository.ts';
import { ResourceEntity } from '../resources/resource.entity.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import type { LocationEntity } from './location.entity.ts';
import { LocationRepository } from './location.repository.ts';

/** Ends all access at a location, then deletes what belongs to it, then the location (S5.7). */
@Injectable()
export class LocationDeletion {
  constructor(
    private readonly locations: LocationRepository,
    private readonly personDeletion: PersonDeletion,
    private readonly companies: CompanyRepository,
    private readonly plans: PlanRepository,
    private readonly resources: ResourceRepository,
    private readonly endings: AccessEndings,
  ) {}

  /** @param location locked for update, so that nothing new is made there meanwhile */
  async delete(em: EntityManager, location: LocationEntity, now: number): Promise<void> {
    const locationId = location.id;
    const people = await this.personDeletion.lockOfLocation(em, locationId);
    const companies = await this.companies.lockAll(em, await this.#idsAt(em, CompanyEntity, locationId));
    const plans = await this.plans.lockAll(em, await this.#idsAt(em, PlanEntity, locationId));
    const resources = await this.resources.lockAll(em, await this.#idsAt(em, ResourceEntity, locationId));
    await this.endings.cancelSubscriptions(em, { locationId }, now);
    await this.endings.cancelBookings(em, { locationId }, now);
    for (const resource of resources) await this.resources.bury(em, resource, now);
    for (const plan of plans) await this.plans.bury(em, plan, now);
    for (const company of companies) await this.companies.bury(em, company, now);
    for (const person of people) {
      // Who is known nowhere else is nobody's to keep.
      if (locationsOf(person).every((id) => id === locationId)) await this.personDeletion.delete(em, person, now);
      else await this.personDeletion.leave(em, person, locationId, now);
    }
    await this.locations.bury(em, location, now);
  }

  async #idsAt(
    em: EntityManager,
    entity: typeof CompanyEntity | typeof PlanEntity | typeof ResourceEntity,
    locationId: string,
  ): Promise<string[]> {
    const rows = await em
      .createQueryBuilder(entity, 'row')
      .select('row.id', 'id')
      .where('row.locationId = :locationId AND row.deletedAt IS NULL', { locationId })
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }
}
