import { logger, runDeadLetters, type Service } from '@latchkey/service-kit';
import { createAccessService } from './access-service.ts';
import { Comparison } from './comparison/comparison.ts';
import { readAccessServiceConfig } from './config.ts';

/** What was redriven may be older than what was missed since: the gateway knows. It may fail; the letters are done. */
async function compare(service: Service): Promise<void> {
  try {
    await service.app.get(Comparison, { strict: false }).run();
  } catch (error) {
    logger('dead-letters').error({ error }, 'the gateway could not be asked; the hourly comparison will');
    process.exitCode = 1;
  }
}

await runDeadLetters(() => createAccessService(readAccessServiceConfig()), process.argv.slice(2), compare);
