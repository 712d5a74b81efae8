import type { BillingAggregate } from '@latchkey/contracts';
import { Injectable, type Type } from '@nestjs/common';
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

const repositories: Readonly<Record<BillingAggregate, Type>> = {
  location: LocationRepository,
  person: PersonRepository,
  company: CompanyRepository,
  plan: PlanRepository,
  resource: ResourceRepository,
  subscription: SubscriptionRepository,
  booking: BookingRepository,
};

/** The repositories by the name of their aggregate. */
@Injectable()
export class AggregateRegistry {
  constructor(private readonly module: ModuleRef) {}

  of(aggregate: BillingAggregate): AnyAggregateRepository {
    return this.module.get<unknown, AnyAggregateRepository>(repositories[aggregate], { strict: false });
  }
}
