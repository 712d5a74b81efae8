import type { BillingAggregate } from '@latchkey/contracts';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { AggregateEntity } from '../aggregates/aggregate.entity.ts';
import type { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { BookingRepository } from '../bookings/booking.repository.ts';
import { CompanyRepository } from '../companies/company.repository.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { PersonRepository } from '../people/person.repository.ts';
import { PlanRepository } from '../plans/plan.repository.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import { SubscriptionRepository } from '../subscriptions/subscription.repository.ts';

export type AnyAggregateRepository = AggregateRepository<AggregateEntity, { id: string }>;

const repositories = [
  LocationRepository,
  PersonRepository,
  CompanyRepository,
  PlanRepository,
  ResourceRepository,
  SubscriptionRepository,
  BookingRepository,
];

/** The repositories by the name of their aggregate. */
@Injectable()
export class AggregateRegistry {
  readonly #repositories: ReadonlyMap<BillingAggregate, AnyAggregateRepository>;

  constructor(module: ModuleRef) {
    const all = repositories.map((type) => module.get<unknown, AnyAggregateRepository>(type, { strict: false }));
    this.#repositories = new Map(all.map((repository) => [repository.kind, repository]));
  }

  of(aggregate: BillingAggregate): AnyAggregateRepository {
    const repository = this.#repositories.get(aggregate);
    if (repository === undefined) throw new Error(`There is no repository of ${aggregate}`);
    return repository;
  }
}
