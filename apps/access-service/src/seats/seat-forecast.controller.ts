import { seatForecastBody, type SeatForecastBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { idParams, type IdParams } from '../grants/grant.schemas.ts';
import { SeatForecast } from './seat-forecast.ts';

/** Whether the seats of a location's site suffice for what is planned. */
@ApiTags('seats')
@Controller('v1/locations/:id/seat-forecast')
export class SeatForecastController {
  constructor(private readonly forecast: SeatForecast) {}

  @Get()
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, seatForecastBody, 'When seats will be missing within 14 days, how many, and who would go without')
  async read(
    @Param({ schema: idParams }) { id }: IdParams,
    @CurrentCaller() caller: Caller,
  ): Promise<SeatForecastBody> {
    requireAdministratorOf(caller, id);
    return this.forecast.ofLocation(id, Date.now());
  }
}
