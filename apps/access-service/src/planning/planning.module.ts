import { Outbox } from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Epochs } from '../epochs/epochs.ts';
import { GrantEvents } from '../grants/grant-events.ts';
import { Planner, type PlannerSettings } from './planner.ts';

/** The planner for the worker. The outbox's relay runs in `main.ts`, and looks for rows by itself. */
@Module({})
export class PlanningModule {
  static forRoot(settings: PlannerSettings): DynamicModule {
    return {
      module: PlanningModule,
      providers: [
        {
          provide: Planner,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) =>
            new Planner(dataSource, new Epochs(), new GrantEvents(new Outbox(() => undefined)), settings),
        },
      ],
      exports: [Planner],
    };
  }
}
