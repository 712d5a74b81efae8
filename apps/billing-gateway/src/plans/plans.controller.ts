import { newPlan, planBody, planEdit, planPage, type NewPlan, type PlanBody, type PlanEdit } from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  conflict,
  requireAdministratorOf,
  requireVersion,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { listAggregates, mapPage } from '../aggregates/aggregate-list.ts';
import { idParams, locationPageQuery, type IdParams, type LocationPageQuery } from '../aggregates/aggregate.schemas.ts';
import { knownTo, requireKnown } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { SubscriptionRepository } from '../subscriptions/subscription.repository.ts';
import { PlanEntity, planBodyOf } from './plan.entity.ts';
import { PlanRepository } from './plan.repository.ts';

@ApiTags('plans')
@Controller('v1/plans')
export class PlansController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly plans: PlanRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, planBody, 'The new plan')
  async make(
    @Body({ schema: newPlan }) body: NewPlan,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PlanBody> {
    requireAdministratorOf(caller, body.locationId);
    await this.locations.lock(em, body.locationId, 'share');
    return planBodyOf(await this.plans.add(em, body, this.clock.now()));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, planPage, "Plans of the caller's locations")
  async list(
    @Query({ schema: locationPageQuery }) query: LocationPageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<PlanBody>> {
    const known = knownTo(caller);
    const { locationId } = query;
    const rows = await listAggregates(this.database, PlanEntity, query, (plans) => {
      if (known !== '*') plans.andWhere('plan.locationId = ANY(:known)', { known });
      if (locationId !== undefined) plans.andWhere('plan.locationId = :locationId', { locationId });
    });
    return mapPage(rows, planBodyOf);
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, planBody)
  async read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<PlanBody> {
    const plan = await this.plans.find(this.database, id);
    requireKnown(caller, plan.locationId, { kind: 'plan', id });
    return planBodyOf(plan);
  }

  @Patch(':id')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, planBody, 'The plan now')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: planEdit }) edit: PlanEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PlanBody> {
    const plan = await this.plans.lock(em, id);
    requireAdministratorOf(caller, plan.locationId, { kind: 'plan', id });
    requireVersion(plan.version, expected);
    return planBodyOf(await this.plans.save(em, Object.assign(plan, edit), this.clock.now()));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(204, undefined, 'Deleted; no subscription that is not over is made from it')
  async delete(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<void> {
    const plan = await this.plans.lock(em, id);
    requireAdministratorOf(caller, plan.locationId, { kind: 'plan', id });
    requireVersion(plan.version, expected);
    const now = this.clock.now();
    const open = await this.subscriptions.lockOpen(em, { planId: id }, now);
    if (open.length > 0) {
      const detail = `${open.length} subscriptions to this plan are not over.`;
      throw conflict('plan_in_use', detail, 'Cancel or replace them first, or only close the plan to sign-up.');
    }
    await this.plans.bury(em, plan, now);
  }
}
