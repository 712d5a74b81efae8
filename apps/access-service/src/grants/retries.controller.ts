import { retryAnswer, type RetryAnswer } from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  NotIdempotent,
  requireAdministratorOf,
  type Caller,
} from '@latchkey/service-kit';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FailingEntitlements } from './failing-entitlements.ts';
import { administeredBy, GrantVisibility } from './grant-visibility.ts';
import { idParams, type IdParams } from './grant.schemas.ts';
import { WorkflowRetries } from './workflow-retries.ts';

const HARMLESS = 'an attempt more changes nothing that is right already';

/** "Retry now": attempts at once what waits for its next attempt (S6.1). */
@ApiTags('grants')
@Controller('v1')
export class RetriesController {
  constructor(
    private readonly failing: FailingEntitlements,
    private readonly visibility: GrantVisibility,
    private readonly retries: WorkflowRetries,
  ) {}

  @Post('grants/:id/retry')
  @HttpCode(200)
  @NotIdempotent(HARMLESS)
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, retryAnswer, "What became of the grant's entitlement")
  async grant(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<RetryAnswer> {
    return { retried: await this.retries.retry([await this.failing.ofGrant(caller, id)]) };
  }

  @Post('members/:id/retry')
  @HttpCode(200)
  @NotIdempotent(HARMLESS)
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, retryAnswer, "What fails of the member at the caller's locations")
  async member(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<RetryAnswer> {
    await this.visibility.ofMember(caller, id);
    return { retried: await this.retries.retry(await this.failing.ofMember(id, administeredBy(caller))) };
  }

  @Post('locations/:id/retry')
  @HttpCode(200)
  @NotIdempotent(HARMLESS)
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, retryAnswer, 'What fails at the location, at most a thousand at a time')
  async location(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<RetryAnswer> {
    requireAdministratorOf(caller, id);
    return { retried: await this.retries.retry(await this.failing.ofLocation(id)) };
  }
}
