import { HttpException } from '@nestjs/common';
import { databaseProblem, type ConstraintProblems } from './database-problem.ts';
import { Problem } from './problem.ts';
import { badRequest } from './refusals.ts';

/** Any error as the problem that callers are told; an unknown one becomes `internal_error`, which says nothing. */
export function problemOf(error: unknown, constraints: ConstraintProblems = {}): Problem {
  if (error instanceof Problem) return error;
  return databaseProblem(error, constraints) ?? bodyProblem(error) ?? frameworkProblem(error) ?? internalError(error);
}

/** Errors of the body parser carry a `type`; Nest passes some on, and wraps others. */
function bodyProblem(error: unknown): Problem | undefined {
  const { type, status, cause } = (error ?? {}) as { type?: unknown; status?: unknown; cause?: unknown };
  if (type === 'entity.too.large') {
    return new Problem({ code: 'body_too_large', status: 413, title: 'Too large', detail: 'A body may have 256 kB.' });
  }
  if (type === 'entity.parse.failed' || (status === 400 && cause instanceof SyntaxError)) {
    return badRequest('body_not_json', 'The body is not JSON.');
  }
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') {
    return unsupportedMediaType('The body must be UTF-8, plain or compressed with gzip, deflate or br.');
  }
  return undefined;
}

/** 415: a body that is not JSON. */
export function unsupportedMediaType(detail: string): Problem {
  return new Problem({ code: 'media_type_unsupported', status: 415, title: 'Unsupported media type', detail });
}

const frameworkCodes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  404: 'route_not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  415: 'media_type_unsupported',
};

function frameworkProblem(error: unknown): Problem | undefined {
  const status = error instanceof HttpException ? error.getStatus() : clientErrorStatus(error);
  if (status === undefined || status >= 500) return undefined;
  const detail =
    status === 404 ? 'There is no such route.' : error instanceof HttpException ? error.message : undefined;
  return new Problem({ code: frameworkCodes[status] ?? 'bad_request', status, title: 'Refused', detail, cause: error });
}

/** Express and its parts throw `http-errors` (an aborted upload, a malformed percent-encoding in the path). */
function clientErrorStatus(error: unknown): number | undefined {
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 && expose === true ? status : undefined;
}

function internalError(error: unknown): Problem {
  return new Problem({
    code: 'internal_error',
    status: 500,
    title: 'Something broke here',
    detail: 'The service failed to answer. It is not your request.',
    remedy: 'Try again with the same Idempotency-Key; if it stays, tell the operator the traceId.',
    cause: error,
  });
}
