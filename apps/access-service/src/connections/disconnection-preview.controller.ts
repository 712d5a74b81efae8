import { disconnectionPreview, type DisconnectionPreview } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { idParams, type IdParams } from '../grants/grant.schemas.ts';
import { SiteCheckRepository } from '../site-checks/site-check.repository.ts';
import { Leaving } from './leaving.ts';

/** What one is told before one disconnects a location (S8.1). */
@ApiTags('connections')
@Controller('v1/locations/:id/disconnection-preview')
export class DisconnectionPreviewController {
  readonly #leaving: Leaving;

  constructor(
    dataSource: DataSource,
    private readonly checks: SiteCheckRepository,
  ) {
    this.#leaving = new Leaving(dataSource);
  }

  @Get()
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, disconnectionPreview, 'Who would stay in which groups, to be revoked in Salto KS by hand')
  async read(
    @Param({ schema: idParams }) { id }: IdParams,
    @CurrentCaller() caller: Caller,
  ): Promise<DisconnectionPreview> {
    requireAdministratorOf(caller, id);
    const siteId = await this.checks.siteOf(id);
    return { siteId, memberships: await this.#leaving.preview(id, siteId) };
  }
}
