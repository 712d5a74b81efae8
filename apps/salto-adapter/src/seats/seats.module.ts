import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Connections } from '../connections/connections.ts';
import { queriesOf } from '../database/queries.ts';
import { registerSeatMetrics, SeatFiguresRepository } from './seat-figures.ts';
import { SeatsController } from './seats.controller.ts';
import { SiteSeats } from './seats.ts';

/** What administrators and the forecast see of seats. Needs `ConnectionsModule`. */
@Module({
  controllers: [SeatsController],
  providers: [
    {
      provide: SeatFiguresRepository,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new SeatFiguresRepository(queriesOf(dataSource)),
    },
    {
      provide: SiteSeats,
      inject: [Connections, SeatFiguresRepository],
      useFactory: (sites: Connections, figures: SeatFiguresRepository) => new SiteSeats(sites, figures),
    },
  ],
})
export class SeatsModule {
  constructor(figures: SeatFiguresRepository) {
    registerSeatMetrics(figures);
  }
}
