import { runDeadLetters } from '@latchkey/service-kit';
import { createAdapter } from './adapter.ts';
import { readAdapterConfig } from './config.ts';

await runDeadLetters(() => createAdapter(readAdapterConfig()), process.argv.slice(2));
