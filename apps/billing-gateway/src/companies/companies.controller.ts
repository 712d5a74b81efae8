import {
  companyBody,
  companyEdit,
  companyPage,
  newCompany,
  type CompanyBody,
  type CompanyEdit,
  type NewCompany,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  mayAdminister,
  notFound,
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
import { administeredBy, selfOf } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { CompanyDeletion } from './company-deletion.ts';
import { CompanyEntity, companyBodyOf } from './company.entity.ts';
import { CompanyRepository } from './company.repository.ts';

@ApiTags('companies')
@Controller('v1/companies')
export class CompaniesController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly companies: CompanyRepository,
    private readonly deletion: CompanyDeletion,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, companyBody, 'The new company, without people')
  async make(
    @Body({ schema: newCompany }) body: NewCompany,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<CompanyBody> {
    requireAdministratorOf(caller, body.locationId);
    await this.locations.lock(em, body.locationId, 'share');
    const company = { ...body, managerIds: [], memberIds: [] };
    return companyBodyOf(await this.companies.add(em, company, this.clock.now()));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, companyPage, 'Companies that the caller manages, and those of the locations that it administers')
  async list(
    @Query({ schema: locationPageQuery }) query: LocationPageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<CompanyBody>> {
    const administered = administeredBy(caller);
    const { locationId } = query;
    const rows = await listAggregates(this.database, CompanyEntity, query, (companies) => {
      if (administered !== '*') {
        const own = 'company.managerIds @> ARRAY[:self]::uuid[]';
        companies.andWhere(`(company.locationId = ANY(:administered) OR ${own})`, {
          administered,
          self: selfOf(caller) ?? null,
        });
      }
      if (locationId !== undefined) companies.andWhere('company.locationId = :locationId', { locationId });
    });
    return mapPage(rows, companyBodyOf);
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, companyBody)
  async read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<CompanyBody> {
    const company = await this.companies.find(this.database, id);
    const isManager = company.managerIds.includes(selfOf(caller) ?? '');
    if (!isManager && !mayAdminister(caller, company.locationId)) throw notFound('company', id);
    return companyBodyOf(company);
  }

  @Patch(':id')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, companyBody, 'The company now')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: companyEdit }) edit: CompanyEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<CompanyBody> {
    const company = await this.companies.lock(em, id);
    requireAdministratorOf(caller, company.locationId, { kind: 'company', id });
    requireVersion(company.version, expected);
    return companyBodyOf(await this.companies.save(em, Object.assign(company, edit), this.clock.now()));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(204, undefined, 'Deleted; its subscriptions, and bookings with its day passes, were ended first')
  async delete(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<void> {
    const company = await this.companies.lock(em, id);
    requireAdministratorOf(caller, company.locationId, { kind: 'company', id });
    requireVersion(company.version, expected);
    await this.deletion.delete(em, company, this.clock.now());
  }
}
