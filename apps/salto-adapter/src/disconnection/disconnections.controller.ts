import {
  disconnectionBody,
  newDisconnection,
  type DisconnectionBody,
  type NewDisconnection,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  NotIdempotent,
  requireAdministratorOf,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { personOf } from '../connections/caller.ts';
import { locationParams, type LocationParams } from '../connections/connection.schemas.ts';
import { Disconnections } from './disconnections.ts';

/** Leaving a site, and who is left in it (S8). */
@ApiTags('connections')
@Controller('v1/connections/:locationId/disconnection')
export class DisconnectionsController {
  constructor(private readonly disconnections: Disconnections) {}

  @Get()
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, disconnectionBody, 'How far the last disconnect has come, and who is left in which groups')
  read(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @CurrentCaller() caller: Caller,
  ): Promise<DisconnectionBody> {
    requireAdministratorOf(caller, locationId, { kind: 'disconnection', id: locationId });
    return this.disconnections.read(locationId);
  }

  @Post()
  @HttpCode(202)
  @NotIdempotent('a disconnect that was asked for goes on')
  @Allow({ administrator: true })
  @Answers(202, disconnectionBody, 'It ends, at once or when everything is revoked')
  request(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Body({ schema: newDisconnection }) wish: NewDisconnection,
    @CurrentCaller() caller: Caller,
  ): Promise<DisconnectionBody> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    return this.disconnections.request(locationId, wish, `person:${personOf(caller).personId}`);
  }
}
