import {
  newResource,
  resourceBody,
  resourceEdit,
  resourceKind,
  resourcePage,
  type NewResource,
  type ResourceBody,
  type ResourceEdit,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  conflict,
  requireAdministratorOf,
  requireVersion,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { listAggregates, mapPage } from '../aggregates/aggregate-list.ts';
import { idParams, locationPageQuery, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { BookingRepository } from '../bookings/booking.repository.ts';
import { knownTo, requireKnown } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { ResourceDeletion } from './resource-deletion.ts';
import { ResourceEntity, resourceBodyOf } from './resource.entity.ts';
import { ResourceRepository } from './resource.repository.ts';

const listQuery = locationPageQuery.extend({ kind: resourceKind.optional() });
type ListQuery = z.infer<typeof listQuery>;

@ApiTags('resources')
@Controller('v1/resources')
export class ResourcesController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly resources: ResourceRepository,
    private readonly bookings: BookingRepository,
    private readonly deletion: ResourceDeletion,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, resourceBody, 'The new resource')
  async make(
    @Body({ schema: newResource }) body: NewResource,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<ResourceBody> {
    requireAdministratorOf(caller, body.locationId);
    await this.locations.lock(em, body.locationId, 'share');
    return resourceBodyOf(await this.resources.add(em, body, this.clock.now()));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, resourcePage, "Resources of the caller's locations")
  async list(
    @Query({ schema: listQuery }) query: ListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<ResourceBody>> {
    const known = knownTo(caller);
    const { locationId, kind } = query;
    const rows = await listAggregates(this.database, ResourceEntity, query, (resources) => {
      if (known !== '*') resources.andWhere('resource.locationId = ANY(:known)', { known });
      if (locationId !== undefined) resources.andWhere('resource.locationId = :locationId', { locationId });
      if (kind !== undefined) resources.andWhere('resource.kind = :kind', { kind });
    });
    return mapPage(rows, (row) => seenBy(caller, row));
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, resourceBody)
  async read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<ResourceBody> {
    const resource = await this.resources.find(this.database, id);
    requireKnown(caller, resource.locationId, { kind: 'resource', id });
    return seenBy(caller, resource);
  }

  @Patch(':id')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, resourceBody, 'The resource now; bookings already made stay')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: resourceEdit }) edit: ResourceEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<ResourceBody> {
    const resource = await this.resources.lock(em, id);
    requireAdministratorOf(caller, resource.locationId, { kind: 'resource', id });
    requireVersion(resource.version, expected);
    const now = this.clock.now();
    if (edit.capacity !== undefined) await this.#requireRoomForBookings(em, id, edit.capacity, now);
    return resourceBodyOf(await this.resources.save(em, Object.assign(resource, edit), now));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(204, undefined, 'Deleted; its bookings and rentals were ended first')
  async delete(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<void> {
    const resource = await this.resources.lock(em, id);
    requireAdministratorOf(caller, resource.locationId, { kind: 'resource', id });
    requireVersion(resource.version, expected);
    await this.deletion.delete(em, resource, this.clock.now());
  }

  /** No booking may have more people than its room holds (S4.2), also when the room becomes smaller. */
  async #requireRoomForBookings(em: EntityManager, resourceId: string, capacity: number, now: number): Promise<void> {
    const open = await this.bookings.lockOpen(em, { resourceId }, now);
    const tooFull = open.filter(({ inviteeIds }) => 1 + inviteeIds.length > capacity);
    if (tooFull.length === 0) return;
    const detail = `${tooFull.length} bookings have more people than that, the first of them ${tooFull[0]!.id}.`;
    throw conflict('capacity_below_bookings', detail, 'Move those bookings or withdraw invitees first.');
  }
}

/** Which other people and companies may book a resource is not for a member to read. */
function seenBy(caller: Caller, row: ResourceEntity): ResourceBody {
  const body = resourceBodyOf(row);
  const isMemberOnly = caller.kind === 'person' && !caller.administratorOf.includes(row.locationId);
  if (!isMemberOnly || body.bookableBy.kind !== 'named') return body;
  const personIds = body.bookableBy.personIds.filter((id) => id === caller.personId);
  return { ...body, bookableBy: { ...body.bookableBy, personIds, companyIds: [] } };
}
