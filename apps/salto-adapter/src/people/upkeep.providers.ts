import { DataSource } from 'typeorm';
import { SharedParts } from '../access/shared-parts.ts';
import { queriesOf } from '../database/queries.ts';
import { SeatFiguresRepository } from '../seats/seat-figures.ts';
import { SiteSeats } from '../seats/seats.ts';
import { WorkLoop } from '../work-loop.ts';
import { UpkeepQueue } from './upkeep-rows.ts';
import { UpkeepWork } from './upkeep-work.ts';
import { Upkeep } from './upkeep.ts';

/** What a worker does beside its activities, all the time: keeps users up, and reads how many seats sites have. */
export const upkeepProviders = [
  {
    provide: 'upkeep of users',
    inject: [SharedParts, DataSource],
    useFactory: (shared: SharedParts, dataSource: DataSource) =>
      new WorkLoop(new UpkeepWork(new UpkeepQueue(queriesOf(dataSource)), new Upkeep(shared))),
  },
  {
    provide: 'seats of sites',
    inject: [SharedParts, DataSource],
    useFactory: ({ sites }: SharedParts, dataSource: DataSource) =>
      new WorkLoop(new SiteSeats(sites, new SeatFiguresRepository(queriesOf(dataSource)))),
  },
];
