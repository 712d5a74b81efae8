import { doorEventPage, type DoorEventBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, pageQuery, type Caller, type Page } from '@latchkey/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { idParams, type IdParams } from '../grants/grant.schemas.ts';
import { administeredBy, GrantVisibility } from '../grants/grant-visibility.ts';
import { DoorEvents, type DoorEventQuery } from './door-events.repository.ts';

/** What doors said of a person: for administrators of the doors' locations alone (S11.4). */
@ApiTags('door events')
@Controller('v1')
export class DoorEventsController {
  constructor(
    private readonly doorEvents: DoorEvents,
    private readonly visibility: GrantVisibility,
  ) {}

  @Get('people/:id/door-events')
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, doorEventPage, "A person at the doors of the caller's locations in the last 30 days, the newest first")
  async ofPerson(
    @Param({ schema: idParams }) { id }: IdParams,
    @Query({ schema: pageQuery }) query: DoorEventQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<DoorEventBody>> {
    await this.visibility.ofMember(caller, id);
    return this.doorEvents.list(id, administeredBy(caller), query);
  }
}
