import {
  connectionBody,
  connectionChoice,
  keyVisibilityChoice,
  siteAccessGroups,
  type ConnectionBody,
  type ConnectionChoice,
  type KeyVisibilityChoice,
  type SiteAccessGroups,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  notFound,
  requireAdministratorOf,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { personOf } from './caller.ts';
import type { Connection } from './connection.repository.ts';
import { groupSearch, locationParams, type GroupSearch, type LocationParams } from './connection.schemas.ts';
import { Connections } from './connections.ts';
import { askingSalto } from './salto-problems.ts';
import { SiteChoice } from './site-choice.ts';

@ApiTags('connections')
@Controller('v1/connections/:locationId')
export class ConnectionsController {
  constructor(
    private readonly connections: Connections,
    private readonly choice: SiteChoice,
  ) {}

  @Get()
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, connectionBody)
  async read(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionBody> {
    return bodyOf(await this.#visible(caller, locationId));
  }

  /** Repeatable, so it needs neither a key nor `If-Match`: a consent is good for one choice. */
  @Put()
  @Allow({ administrator: true })
  @Answers(200, connectionBody, 'Connected: Salto KS answered, and the account administers the site')
  async connect(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Body({ schema: connectionChoice }) choice: ConnectionChoice,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionBody> {
    requireAdministratorOf(caller, locationId);
    return bodyOf(await askingSalto(this.choice.choose(personOf(caller), locationId, choice)));
  }

  @Put('visibility')
  @Allow({ administrator: true, service: 'connections:write' })
  @Answers(200, connectionBody, 'From now on these roles see the digital key')
  async showKeyTo(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Body({ schema: keyVisibilityChoice }) { keyVisibility }: KeyVisibilityChoice,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionBody> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    const changed = await this.connections.showKeyTo(locationId, keyVisibility, expected);
    if (changed === undefined) throw notFound('connection', locationId);
    return bodyOf(changed);
  }

  @Get('access-groups')
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, siteAccessGroups, 'All access groups of the site, by name')
  async accessGroups(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Query({ schema: groupSearch }) { search }: GroupSearch,
    @CurrentCaller() caller: Caller,
  ): Promise<SiteAccessGroups> {
    const connection = await this.#visible(caller, locationId);
    return { items: await askingSalto(this.connections.accessGroups(connection, search)) };
  }

  async #visible(caller: Caller, locationId: string): Promise<Connection> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    const connection = await this.connections.ofLocation(locationId);
    if (connection === undefined) throw notFound('connection', locationId);
    return connection;
  }
}

function bodyOf({ id, locationId, siteId, status, keyVisibility, version }: Connection): ConnectionBody {
  return { id, locationId, siteId, status, keyVisibility, version };
}
