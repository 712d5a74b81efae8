import { runProcess } from '@latchkey/service-kit';
import { createAdapter } from './adapter.ts';
import { readAdapterConfig } from './config.ts';

runProcess(() => createAdapter(readAdapterConfig()));
