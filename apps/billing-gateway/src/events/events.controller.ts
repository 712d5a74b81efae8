import {
  aggregateVersions,
  billingAggregate,
  presentEvent,
  resyncAnswer,
  resyncRequest,
  type AggregateVersions,
  type PresentEvent,
  type ResyncRequest,
  uuid,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  Transaction,
  notFound,
  page,
  pageQuery,
  positionAfter,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { requireEverywhere } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { AggregateRegistry } from './aggregate-registry.ts';

const versionsQuery = pageQuery.extend({
  aggregate: billingAggregate,
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});
type VersionsQuery = z.infer<typeof versionsQuery>;

const stateParams = z.strictObject({ aggregate: billingAggregate, id: uuid });
type StateParams = z.infer<typeof stateParams>;

/** For consumers that compare what they have seen with what is: a lost event would be a lost revocation. */
@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly database: EntityManager,
    private readonly registry: AggregateRegistry,
    private readonly clock: Clock,
  ) {}

  @Get('versions')
  @Allow({ service: 'events:read' })
  @Answers(200, aggregateVersions, 'Id and version of every aggregate of the kind, deleted ones too, by id')
  async versions(
    @Query({ schema: versionsQuery }) query: VersionsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<AggregateVersions> {
    requireEverywhere(caller);
    const { aggregate, limit, cursor } = query;
    const after = positionAfter(cursor, z.tuple([uuid]));
    const rows = await this.registry.of(aggregate).versionsAfter(this.database, after?.[0], limit + 1);
    return page(rows, limit, ({ id }) => [id]);
  }

  @Get('state/:aggregate/:id')
  @Allow({ service: 'events:read' })
  @Answers(200, presentEvent, 'The event as it would be published now')
  async state(
    @Param({ schema: stateParams }) { aggregate, id }: StateParams,
    @CurrentCaller() caller: Caller,
  ): Promise<PresentEvent> {
    requireEverywhere(caller);
    const present = await this.registry.of(aggregate).present(this.database, id);
    if (present === undefined) throw notFound(aggregate, id);
    const { definition, version, data } = present;
    return { type: definition.type, aggregate, id, version, data };
  }

  @Post('resync')
  @HttpCode(200)
  @Allow({ service: 'events:write' })
  @Answers(200, resyncAnswer, 'How many present states are published again; unknown ids are passed over')
  async resync(
    @Body({ schema: resyncRequest }) { aggregate, ids }: ResyncRequest,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<{ republished: number }> {
    requireEverywhere(caller);
    const republished = await this.registry.of(aggregate).republishAll(em, ids, this.clock.now());
    return { republished };
  }
}
