import {
  Allow,
  Answers,
  CurrentCaller,
  notFound,
  requireAdministratorOf,
  unavailable,
  unprocessable,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import {
  connectionBody,
  locationParams,
  newConnection,
  type ConnectionBody,
  type LocationParams,
  type NewConnection,
} from './connection.schemas.ts';
import { Connections } from './connections.ts';

const RETRY_AFTER_SECONDS = 30;

@ApiTags('connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(private readonly connections: Connections) {}

  @Get(':locationId')
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, connectionBody)
  async read(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionBody> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    const connection = await this.connections.ofLocation(locationId);
    if (connection === undefined) throw notFound('connection', locationId);
    return connection;
  }

  /** Repeatable, so it needs neither a key nor `If-Match`: the last one who connects has connected. */
  @Put(':locationId')
  @Allow({ administrator: true, service: 'connections:write' })
  @Answers(200, connectionBody, 'Connected: Salto KS answered, and the account administers the site')
  async connect(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Body({ schema: newConnection }) { siteId, refreshToken }: NewConnection,
    @CurrentCaller() caller: Caller,
  ): Promise<ConnectionBody> {
    requireAdministratorOf(caller, locationId);
    try {
      return await this.connections.connect(locationId, siteId, refreshToken);
    } catch (error) {
      throw error instanceof SaltoKsError ? problemOf(error) : error;
    }
  }
}

function problemOf(error: SaltoKsError): Error {
  if (error.code === 'connection_needs_reconnect') {
    return unprocessable(
      'refresh_token_refused',
      'Salto KS does not accept the refresh token.',
      'Sign in to Salto again and send the new one.',
    );
  }
  return unavailable(
    'salto_unavailable',
    `Salto KS did not answer as expected (${error.message}).`,
    RETRY_AFTER_SECONDS,
    error,
  );
}
