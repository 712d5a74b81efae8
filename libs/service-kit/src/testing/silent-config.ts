import type { ProcessConfig } from '../config/settings.ts';

/** A free port and no log lines, for services in tests. */
export const silentConfig: ProcessConfig = {
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: 0,
  LOG_LEVEL: 'silent',
  LOG_FORMAT: 'json',
  OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
};
