import { planEvents, type PlanState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { PlanEntity, planStateOf } from './plan.entity.ts';

@Injectable()
export class PlanRepository extends AggregateRepository<PlanEntity, PlanState> {
  readonly kind = 'plan';
  protected readonly entity = PlanEntity;
  protected readonly events = planEvents;
  protected readonly stateOf = planStateOf;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  /** A plan's name tells nothing about a person: it stays. */
  protected erase(): void {}
}
