import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import pretty from 'pino-pretty';
import { currentTraceId } from '../tracing/trace-context.ts';
import { logFields } from './log-scope.ts';
import { errorFields } from './error-fields.ts';
import { redact } from './redaction.ts';

export interface LoggingOptions {
  service: string;
  level: string;
  format: 'json' | 'pretty';
  /** Where lines go; standard output unless a test listens. */
  destination?: DestinationStream;
}

/** Structured fields first, then what happened in words: `log.info({ bookingId }, 'booking moved')`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const toFields = (error: unknown) => errorFields(error);

// Until `configureLogging` (in tests: never) only what is wrong is worth a line.
let root = createRoot({ service: 'latchkey', level: 'warn', format: 'json' });

/** Sets the process's log level and format. Loggers made before follow. */
export function configureLogging(options: LoggingOptions): PinoLogger {
  root = createRoot(options);
  return root;
}

/** A named logger, usable anywhere and before the configuration is read. Every line carries the trace it belongs to. */
export function logger(name: string): Log {
  let parent: PinoLogger | undefined;
  let child: PinoLogger | undefined;
  const current = () => {
    if (child === undefined || parent !== root) {
      parent = root;
      child = root.child({ logger: name });
    }
    return child;
  };
  return {
    debug: (fields, message) => current().debug(fields, message),
    info: (fields, message) => current().info(fields, message),
    warn: (fields, message) => current().warn(fields, message),
    error: (fields, message) => current().error(fields, message),
  };
}

function createRoot({ service, level, format, destination }: LoggingOptions): PinoLogger {
  const target =
    format === 'pretty' ? pretty({ destination: destination ?? 1, ignore: 'pid,hostname,service' }) : destination;
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    errorKey: 'error',
    // Nest's and pino-http's lines call it `err`.
    serializers: { error: toFields, err: toFields },
    mixin: () => ({ traceId: currentTraceId(), ...logFields() }),
    hooks: { streamWrite: redact },
  };
  return target === undefined ? pino(options) : pino(options, target);
}
