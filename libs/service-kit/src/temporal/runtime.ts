import { createServer, type AddressInfo } from 'node:net';
import { Runtime, type LogMetadata } from '@temporalio/worker';
import { logger, type Log } from '../logging/logger.ts';
import { metrics } from '../metrics/metrics.ts';

let installed: Promise<void> | undefined;

/**
 * Sets up Temporal's SDK, once per process and before its first worker: signals are Nest's, log lines and metrics are
 * the process's own.
 */
export function installTemporalRuntime(): Promise<void> {
  return (installed ??= install());
}

async function install(): Promise<void> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  Runtime.install({
    // With the SDK's own handlers two parties would stop the worker, and the second finds it "not running".
    shutdownSignals: [],
    logger: bridge(logger('temporal')),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      metrics: {
        prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
      },
    },
  });
  metrics.addSource('temporal', async () => {
    const answer = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(1_000) });
    return answer.text();
  });
}

function bridge(log: Log) {
  const write = (level: keyof Log) => (message: string, fields?: LogMetadata) => log[level](fields ?? {}, message);
  const lines = {
    trace: write('debug'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  return {
    ...lines,
    log: (level: string, message: string, fields?: LogMetadata) =>
      lines[level.toLowerCase() as keyof typeof lines](message, fields),
  };
}

/** The SDK's exporter cannot tell which port it was given, so it must be told one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
