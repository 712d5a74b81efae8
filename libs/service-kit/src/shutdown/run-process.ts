import type { Service } from '../http/service.ts';
import { logger } from '../logging/logger.ts';
import { fail } from './fail.ts';

const log = logger('process');
const STOP_WITHIN_MS = 25_000;

/**
 * The whole of a `main.ts`: builds the service, starts it, and stops it in order on SIGTERM or SIGINT, within 25 s.
 * Wrong settings are printed on one screen (exit 78); a failed start, a late stop and any error that nobody caught are
 * exit 1, because a process in an unknown state must not go on deciding about doors.
 */
export function runProcess(build: () => Promise<Service>): void {
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  // Settings are read in `build` too, and may throw before there is a promise.
  Promise.resolve()
    .then(build)
    .then(async (service) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(service, signal));
      await service.start();
    })
    .catch(fail);
}

async function stop(service: Service, signal: string): Promise<void> {
  log.info({ signal }, 'stopping');
  const late = setTimeout(() => {
    log.error({ afterMs: STOP_WITHIN_MS }, 'stopping took too long');
    process.exit(1);
  }, STOP_WITHIN_MS);
  await service.stop().catch(fail);
  clearTimeout(late);
  process.exit(0);
}
