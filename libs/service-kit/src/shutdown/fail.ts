import { ConfigError } from '../config/read-config.ts';
import { logger } from '../logging/logger.ts';

const log = logger('process');
/** EX_CONFIG of sysexits.h: a supervisor need not try again. */
const EXIT_CONFIG = 78;

/** Ends the process: wrong settings are printed on one screen (78), anything else is logged whole (1). */
export function fail(error: unknown): never {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  log.error({ error }, 'the process cannot go on');
  process.exit(1);
}
