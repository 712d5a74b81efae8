import { runDeadLetters, type Service } from '@latchkey/service-kit';
import { createAccessService } from './access-service.ts';
import { Comparison } from './comparison/comparison.ts';
import { readAccessServiceConfig } from './config.ts';

/** What was redriven may be older than what was missed since: the gateway knows. */
async function compare(service: Service): Promise<void> {
  await service.app.get(Comparison, { strict: false }).run();
}

await runDeadLetters(() => createAccessService(readAccessServiceConfig()), process.argv.slice(2), compare);
