import { saltoUserPage, type SaltoUserBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, notFound, NotIdempotent, type Caller, type Page } from '@latchkey/service-kit';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { locationParams, type LocationParams } from '../connections/connection.schemas.ts';
import { Connections } from '../connections/connections.ts';
import { connectedSite } from './connected-site.ts';
import { memberParams, saltoUserQuery, type MemberParams, type SaltoUserQuery } from './people.schemas.ts';
import { SaltoUserList } from './salto-user-list.ts';

/** The Salto users of members, and what keeps them from being as they should. */
@ApiTags('people')
@Controller('v1/connections/:locationId/users')
export class SaltoUsersController {
  constructor(
    private readonly connections: Connections,
    private readonly users: SaltoUserList,
  ) {}

  @Get()
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, saltoUserPage, "The linked users of the location's people, and of nobody's at its site; ids only")
  async list(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Query({ schema: saltoUserQuery }) query: SaltoUserQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<SaltoUserBody>> {
    return this.users.list(await connectedSite(this.connections, caller, locationId), query);
  }

  @Post(':memberId/retry')
  @HttpCode(202)
  @NotIdempotent('an attempt more changes nothing that is right already')
  @Allow({ administrator: true, service: 'connections:write' })
  @Answers(202, undefined, 'Asked for: it is done within seconds')
  async retry(
    @Param({ schema: memberParams }) { locationId, memberId }: MemberParams,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    const at = await connectedSite(this.connections, caller, locationId);
    if (!(await this.users.retry(at, memberId))) throw notFound('salto_user', memberId);
  }
}
