interface ErrorLike {
  name: string;
  message: string;
  stack?: string;
  cause?: unknown;
  code?: unknown;
  constraint?: unknown;
  driverError?: unknown;
}

const DEPTH = 5;

/**
 * An error for the log. Only what is listed: libraries hang requests, and query parameters with people's names, on their
 * errors.
 */
export function errorFields(error: unknown, depth = DEPTH): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  const { name, message, stack, cause, code, constraint, driverError } = error as ErrorLike;
  const database = driverError as { code?: unknown; constraint?: unknown } | undefined;
  return {
    type: name,
    message,
    code: code ?? database?.code,
    constraint: constraint ?? database?.constraint,
    stack,
    ...(cause !== undefined && depth > 0 && { cause: errorFields(cause, depth - 1) }),
  };
}
