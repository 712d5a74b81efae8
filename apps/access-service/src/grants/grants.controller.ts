import { grantPage, type GrantBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, requireAdministratorOf, type Caller, type Page } from '@latchkey/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GrantRepository } from './grant.repository.ts';
import {
  entitlementParams,
  grantQuery,
  idParams,
  type EntitlementParams,
  type GrantQuery,
  type IdParams,
} from './grant.schemas.ts';
import { administeredBy, GrantVisibility, isMember } from './grant-visibility.ts';

/** Who has access, why, and what is wrong. */
@ApiTags('grants')
@Controller('v1')
export class GrantsController {
  constructor(
    private readonly grants: GrantRepository,
    private readonly visibility: GrantVisibility,
  ) {}

  @Get('grants')
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, grantPage, "Grants at the caller's locations, the newest window first")
  list(@Query({ schema: grantQuery }) query: GrantQuery, @CurrentCaller() caller: Caller): Promise<Page<GrantBody>> {
    if (query.locationId !== undefined) requireAdministratorOf(caller, query.locationId);
    return this.grants.list({ locationIds: administeredBy(caller) }, query, true);
  }

  @Get('members/:id/grants')
  @Allow({ administrator: true, member: true, service: 'access:read' })
  @Answers(200, grantPage, "A member's grants, as far as the caller may see them")
  async ofMember(
    @Param({ schema: idParams }) { id }: IdParams,
    @Query({ schema: grantQuery }) query: GrantQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<GrantBody>> {
    return this.grants.list(await this.visibility.ofMember(caller, id), query, !isMember(caller, id));
  }

  @Get('entitlements/:kind/:id/grants')
  @Allow({ administrator: true, member: true, service: 'access:read' })
  @Answers(200, grantPage, 'What a subscription, a booking or a manual grant gives to whom; to a member, its own')
  async ofEntitlement(
    @Param({ schema: entitlementParams }) entitlement: EntitlementParams,
    @Query({ schema: grantQuery }) query: GrantQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<GrantBody>> {
    const scope = await this.visibility.ofEntitlement(caller, entitlement);
    return this.grants.list(scope, query, scope.memberId === undefined);
  }
}
