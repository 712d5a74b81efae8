import {
  driftDecisionAnswer,
  driftDecisionRequest,
  driftFindingPage,
  siteCheckBody,
  type DriftDecisionAnswer,
  type DriftDecisionRequest,
  type DriftFindingBody,
  type SiteCheckBody,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  NotIdempotent,
  onCommit,
  requireAdministratorOf,
  Transaction,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { idParams, type IdParams } from '../grants/grant.schemas.ts';
import { callerName } from '../people/caller-name.ts';
import { DriftDesk } from './drift-desk.ts';
import { findingQuery, SiteCheckRepository, type FindingQuery } from './site-check.repository.ts';

/** Whether what Salto KS holds is what it should, and what to do where it is not. */
@ApiTags('site checks')
@Controller('v1/locations/:id')
export class SiteChecksController {
  constructor(
    private readonly checks: SiteCheckRepository,
    private readonly desk: DriftDesk,
  ) {}

  @Get('site-check')
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(
    200,
    siteCheckBody,
    "The last check of the location's site, and the groups in use with what is wrong with them",
  )
  read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<SiteCheckBody> {
    requireAdministratorOf(caller, id);
    return this.checks.read(id);
  }

  @Post('site-check')
  @HttpCode(202)
  @NotIdempotent('a check more finds the same')
  @Allow({ administrator: true, service: 'access:write' })
  async checkNow(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<void> {
    requireAdministratorOf(caller, id);
    await this.desk.checkNow(await this.checks.siteOf(id));
  }

  @Get('drift-findings')
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, driftFindingPage, 'Differences that checks have found, newest first, with what was done about each')
  findings(
    @Param({ schema: idParams }) { id }: IdParams,
    @Query({ schema: findingQuery }) query: FindingQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<DriftFindingBody>> {
    requireAdministratorOf(caller, id);
    return this.checks.findings(id, query);
  }

  @Post('drift-findings/decisions')
  @HttpCode(200)
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, driftDecisionAnswer, 'Which findings the decision was made about')
  async decide(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: driftDecisionRequest }) request: DriftDecisionRequest,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<DriftDecisionAnswer> {
    requireAdministratorOf(caller, id);
    const siteId = await this.checks.siteOf(id);
    onCommit(em, () => void this.desk.checkSoon(siteId));
    return this.desk.decide(em, siteId, request, callerName(caller));
  }
}
