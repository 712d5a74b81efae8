import { runProcess } from '@latchkey/service-kit';
import { createAdapterWorker } from './adapter.ts';
import { readAdapterConfig } from './config.ts';

runProcess(() => createAdapterWorker(readAdapterConfig()));
