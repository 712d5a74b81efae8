import {
  locationBody,
  locationEdit,
  locationPage,
  newLocation,
  type LocationBody,
  type LocationEdit,
  type NewLocation,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  pageQuery,
  requireAdministratorOf,
  requireVersion,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { listAggregates, mapPage, type PageRequest } from '../aggregates/aggregate-list.ts';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { knownTo, requireEverywhere, requireKnown } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { LocationDeletion } from './location-deletion.ts';
import { LocationEntity, locationBodyOf } from './location.entity.ts';
import { LocationRepository } from './location.repository.ts';
import { ZoneCorrection } from './zone-correction.ts';

@ApiTags('locations')
@Controller('v1/locations')
export class LocationsController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly zoneCorrection: ZoneCorrection,
    private readonly deletion: LocationDeletion,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ service: 'installation:admin' })
  @Answers(201, locationBody, 'The new location')
  async make(
    @Body({ schema: newLocation }) body: NewLocation,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<LocationBody> {
    requireEverywhere(caller);
    return locationBodyOf(await this.locations.add(em, body, this.clock.now()));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, locationPage, 'Locations of the caller')
  async list(
    @Query({ schema: pageQuery }) query: PageRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<LocationBody>> {
    const known = knownTo(caller);
    const rows = await listAggregates(this.database, LocationEntity, query, (locations) => {
      if (known !== '*') locations.andWhere('location.id = ANY(:known)', { known });
    });
    return mapPage(rows, locationBodyOf);
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, locationBody)
  async read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<LocationBody> {
    requireKnown(caller, id, { kind: 'location', id });
    return locationBodyOf(await this.locations.find(this.database, id));
  }

  @Patch(':id')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, locationBody, 'The location now; a new zone has moved every open booking there')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: locationEdit }) edit: LocationEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<LocationBody> {
    requireAdministratorOf(caller, id);
    const now = this.clock.now();
    const location = await this.locations.lock(em, id);
    requireVersion(location.version, expected);
    const { timeZone } = edit;
    if (timeZone !== undefined && timeZone !== location.timeZone) {
      await this.zoneCorrection.apply(em, location, timeZone, now);
    }
    return locationBodyOf(await this.locations.save(em, Object.assign(location, edit), now));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow({ service: 'installation:admin' })
  @Answers(204, undefined, 'Deleted; all access there was ended first')
  async delete(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<void> {
    requireAdministratorOf(caller, id);
    const location = await this.locations.lock(em, id);
    requireVersion(location.version, expected);
    await this.deletion.delete(em, location, this.clock.now());
  }
}
