import {
  ACCESS_TASK_QUEUE,
  type LeavingActivities,
  type PlanActivities,
  type SiteCheckActivities,
} from '@latchkey/access-workflows';
import { databaseModule, TemporalWorkerModule } from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import type { AccessWorkerConfig } from './config.ts';
import { Leaving } from './connections/leaving.ts';
import { Planner } from './planning/planner.ts';
import { PlanningModule } from './planning/planning.module.ts';
import { SiteCheck } from './site-checks/site-check.ts';
import { SiteCheckModule } from './site-checks/site-check.module.ts';

/** Built beside the package's entry by its target `bundle-workflows`. */
const bundlePath = fileURLToPath(new URL('workflow-bundle.js', import.meta.resolve('@latchkey/access-workflows')));

/** Runs the workflows, and plans for them. */
@Module({})
export class WorkerModule {
  static with(config: AccessWorkerConfig): DynamicModule {
    const planning = PlanningModule.forRoot({
      requestsPerSecond: config.SALTO_REQUESTS_PER_SECOND,
      mayRunAhead: config.PLAN_MAY_RUN_AHEAD,
    });
    return {
      module: WorkerModule,
      imports: [
        databaseModule({
          url: config.DATABASE_URL,
          entities: [],
          poolSize: config.DATABASE_POOL_SIZE,
          applicationName: 'access-worker',
        }),
        TemporalWorkerModule.forRootAsync({
          imports: [planning, SiteCheckModule.forRoot({ quietMs: config.DRIFT_QUIET_MS })],
          inject: [Planner, SiteCheck, DataSource],
          useFactory: (planner: Planner, siteCheck: SiteCheck, dataSource: DataSource) => ({
            config,
            taskQueue: ACCESS_TASK_QUEUE,
            activities: workflowActivities(planner, siteCheck, new Leaving(dataSource)),
            workflowBundle: { codePath: bundlePath },
            // More plans at once than database connections would only wait for each other.
            slots: { localActivities: config.DATABASE_POOL_SIZE },
            maxCachedWorkflows: config.WORKFLOWS_CACHED,
          }),
        }),
      ],
    };
  }
}

function workflowActivities(planner: Planner, siteCheck: SiteCheck, leaving: Leaving) {
  return {
    planAccess: (request) => planner.planAccess(request),
    planSiteCheck: (request) => siteCheck.planSiteCheck(request),
    judgeSiteCheck: (request) => siteCheck.judgeSiteCheck(request),
    countToRevoke: (request) => leaving.countToRevoke(request),
    leftOpenBy: (request) => leaving.leftOpenBy(request),
  } satisfies PlanActivities & SiteCheckActivities & LeavingActivities;
}
