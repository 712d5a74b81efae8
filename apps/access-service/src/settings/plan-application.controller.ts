import {
  planApplicationAnswer,
  planApplicationRequest,
  type PlanApplicationAnswer,
  type PlanApplicationRequest,
} from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, Transaction, type Caller } from '@latchkey/service-kit';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { idParams, type IdParams } from '../grants/grant.schemas.ts';
import { SettingDesk } from './setting-desk.ts';

/** What a plan gives its existing subscriptions. */
@ApiTags('access settings')
@Controller('v1/plans/:id/access/application')
export class PlanApplicationController {
  constructor(private readonly desk: SettingDesk) {}

  @Post()
  @HttpCode(200)
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, planApplicationAnswer, 'What its running and future subscriptions give from now on, or would')
  apply(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: planApplicationRequest }) request: PlanApplicationRequest,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PlanApplicationAnswer> {
    return this.desk.apply(em, caller, id, request);
  }
}
