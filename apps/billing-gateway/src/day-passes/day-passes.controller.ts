import {
  calendarDate,
  dayPassBalance,
  dayPassBatchBody,
  dayPassBatchPage,
  newDayPassBatch,
  type DayPassBalance,
  type DayPassBatchBody,
  type NewDayPassBatch,
  uuid,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  Transaction,
  mayAdminister,
  notFound,
  page,
  pageQuery,
  positionAfter,
  requireAdministratorOf,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { mapPage, type PageRequest } from '../aggregates/aggregate-list.ts';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { dateAt } from '../calendar.ts';
import { selfOf } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { roleIn } from '../companies/company-people.ts';
import type { CompanyEntity } from '../companies/company.entity.ts';
import { CompanyRepository } from '../companies/company.repository.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { SubscriptionRepository } from '../subscriptions/subscription.repository.ts';
import { dayPassBatchBodyOf } from './day-pass-batch.entity.ts';
import { DayPassRepository } from './day-pass.repository.ts';

const balanceQuery = z.strictObject({ on: calendarDate.optional() });
type BalanceQuery = z.infer<typeof balanceQuery>;

/** What a company whose people rotate pays for desks with (S9). */
@ApiTags('day passes')
@Controller('v1/companies/:id/day-passes')
export class DayPassesController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly companies: CompanyRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly dayPasses: DayPassRepository,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, dayPassBatchBody, 'The new passes')
  async give(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: newDayPassBatch }) body: NewDayPassBatch,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<DayPassBatchBody> {
    const company = await this.companies.lock(em, id, 'share');
    requireAdministratorOf(caller, company.locationId, { kind: 'company', id });
    if (body.subscriptionId !== null) {
      const { companyId } = await this.subscriptions.find(em, body.subscriptionId);
      if (companyId !== id) throw notFound('subscription', body.subscriptionId);
    }
    return dayPassBatchBodyOf(await this.dayPasses.give(em, { ...body, companyId: id }, this.clock.now()), 0);
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, dayPassBatchPage, 'The passes of the company, as they were given')
  async list(
    @Param({ schema: idParams }) { id }: IdParams,
    @Query({ schema: pageQuery }) { limit, cursor }: PageRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<DayPassBatchBody>> {
    await this.#find(caller, id);
    const after = positionAfter(cursor, z.tuple([uuid]));
    const rows = await this.dayPasses.after(this.database, id, after?.[0], limit + 1);
    const batches = page(rows, limit, (row) => [row.id]);
    const taken = await this.dayPasses.takenOf(
      this.database,
      batches.items.map((row) => row.id),
    );
    return mapPage(batches, (row) => dayPassBatchBodyOf(row, taken.get(row.id) ?? 0));
  }

  @Get('balance')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, dayPassBalance, 'How many are left to pay for a day; without one, for today')
  async balance(
    @Param({ schema: idParams }) { id }: IdParams,
    @Query({ schema: balanceQuery }) query: BalanceQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DayPassBalance> {
    const { locationId } = await this.#find(caller, id);
    const { timeZone } = await this.locations.find(this.database, locationId);
    const on = query.on ?? dateAt(this.clock.now(), timeZone);
    return { on, left: await this.dayPasses.left(this.database, id, on) };
  }

  /** @throws Problem 404 unless the caller belongs to the company or administers its location */
  async #find(caller: Caller, id: string): Promise<CompanyEntity> {
    const company = await this.companies.find(this.database, id);
    const belongs = roleIn(company, selfOf(caller) ?? '') !== undefined;
    if (!belongs && !mayAdminister(caller, company.locationId)) throw notFound('company', id);
    return company;
  }
}
