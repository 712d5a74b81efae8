import { seatsBody, type SeatsBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, unavailable, type Caller } from '@latchkey/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { asDoorFailure } from '../access/failures.ts';
import { locationParams, type LocationParams } from '../connections/connection.schemas.ts';
import { Connections } from '../connections/connections.ts';
import { connectedSite } from '../people/connected-site.ts';
import { QUIET_MS } from '../people/idleness.ts';
import { isWarning, SeatFiguresRepository, type SeatFigures } from './seat-figures.ts';
import { SiteSeats } from './seats.ts';

/** Figures so young are answered without asking Salto. */
const FRESH_MS = 60_000;
const RETRY_AFTER_SECONDS = 30;

/** How many people Salto lets open doors. */
@ApiTags('seats')
@Controller('v1/connections/:locationId/seats')
export class SeatsController {
  constructor(
    private readonly connections: Connections,
    private readonly figures: SeatFiguresRepository,
    private readonly seats: SiteSeats,
  ) {}

  @Get()
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, seatsBody, "The seats of the location's site; while Salto does not answer, as it told last")
  async read(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @CurrentCaller() caller: Caller,
  ): Promise<SeatsBody> {
    const { siteId } = await connectedSite(this.connections, caller, locationId);
    const { used, limit, readAt } = await this.#figures(siteId);
    const holders = await this.figures.holders(siteId);
    const members = (isReleased: boolean) =>
      holders.filter((holder) => holder.isReleased === isReleased).map(({ memberId }) => memberId);
    return {
      siteId,
      used,
      limit,
      isWarning: isWarning({ used, limit }),
      readAt: readAt.toISOString(),
      releasedMemberIds: members(true),
      keptMemberIds: members(false),
      releaseAfterSeconds: QUIET_MS / 1_000,
    };
  }

  async #figures(siteId: string): Promise<SeatFigures> {
    const known = await this.figures.ofSite(siteId);
    if (known !== undefined && Date.now() - known.readAt.getTime() < FRESH_MS) return known;
    try {
      return await this.seats.refresh(siteId);
    } catch (error) {
      if (known !== undefined) return known;
      const { message } = asDoorFailure(error);
      throw unavailable(
        'salto_unavailable',
        `Salto KS did not tell the seats (${message}).`,
        RETRY_AFTER_SECONDS,
        error,
      );
    }
  }
}
