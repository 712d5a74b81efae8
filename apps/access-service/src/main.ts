import { runProcess } from '@latchkey/service-kit';
import { createAccessService } from './access-service.ts';
import { readAccessServiceConfig } from './config.ts';

runProcess(() => createAccessService(readAccessServiceConfig()));
