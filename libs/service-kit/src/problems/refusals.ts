import { Problem, type FieldError } from './problem.ts';

/** 404 with code `<kind>_not_found`. Also the answer for what exists in a location that the caller has no business in. */
export function notFound(kind: string, id: string): Problem {
  const words = kind.replaceAll('_', ' ');
  return new Problem({
    code: `${kind}_not_found`,
    status: 404,
    title: 'Not found',
    detail: `There is no ${words} ${id}, or it is not yours to see.`,
  });
}

/** 409: the request is well formed, but the present state does not allow it. */
export function conflict(code: string, detail: string, remedy?: string, extras?: Record<string, unknown>): Problem {
  return new Problem({ code, status: 409, title: 'Conflict', detail, remedy, extras });
}

/** 422: well formed, but against a rule that has nothing to do with present state (a booking that ends before it starts). */
export function unprocessable(code: string, detail: string, remedy?: string): Problem {
  return new Problem({ code, status: 422, title: 'Against a rule', detail, remedy });
}

/** 400 `validation_failed` with one entry per field. */
export function invalid(errors: readonly FieldError[]): Problem {
  return new Problem({
    code: 'validation_failed',
    status: 400,
    title: 'Not valid',
    detail: errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '),
    remedy: 'Correct the fields named in `errors`; the API document says what each may be.',
    extras: { errors },
  });
}

/** 400 with a code of its own, for a malformed header or cursor. */
export function badRequest(code: string, detail: string, remedy?: string): Problem {
  return new Problem({ code, status: 400, title: 'Bad request', detail, remedy });
}

/** 401 with the challenge that RFC 6750 wants. */
export function unauthorized(
  code: 'token_missing' | 'token_invalid' | 'token_expired',
  detail: string,
  cause?: unknown,
): Problem {
  const challenge = code === 'token_missing' ? 'Bearer' : `Bearer error="invalid_token", error_description="${detail}"`;
  return new Problem({
    code,
    status: 401,
    title: 'Not signed in',
    detail,
    remedy: 'Send `Authorization: Bearer <access token>` from a configured issuer.',
    headers: { 'WWW-Authenticate': challenge },
    cause,
  });
}

/** 403: we know who it is, and it may not. */
export function forbidden(code: string, detail: string, remedy?: string): Problem {
  return new Problem({ code, status: 403, title: 'Not allowed', detail, remedy });
}

/** 428: an edit without `If-Match`. */
export function preconditionRequired(): Problem {
  return new Problem({
    code: 'if_match_required',
    status: 428,
    title: 'Precondition required',
    detail: 'Edits need an If-Match header, so that nobody overwrites what they have not seen.',
    remedy: 'Read the resource, and send its ETag as If-Match.',
  });
}

/** 412: edited by somebody else since it was read. */
export function versionConflict(presentVersion: number): Problem {
  return new Problem({
    code: 'version_conflict',
    status: 412,
    title: 'Changed meanwhile',
    detail: `It was changed since you read it; its present version is ${presentVersion}.`,
    remedy: 'Read it again, and repeat the edit with the new ETag if it still makes sense.',
    extras: { presentVersion },
    headers: { ETag: `"${presentVersion}"` },
  });
}

/** 503 with `Retry-After`: nothing is wrong with the request. */
export function unavailable(code: string, detail: string, retryAfterSeconds: number, cause?: unknown): Problem {
  return new Problem({
    code,
    status: 503,
    title: 'Not available',
    detail,
    remedy: `Try again in ${retryAfterSeconds} s, with the same Idempotency-Key.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
    cause,
  });
}
