import { createService, runProcess } from '@latchkey/service-kit';
import { readAccessWorkerConfig } from './config.ts';
import { WorkerModule } from './worker.module.ts';

runProcess(() => {
  const config = readAccessWorkerConfig();
  return createService({ name: 'access-worker', module: WorkerModule.with(config), config });
});
