import type { NextFunction, Request, Response } from 'express';
import { Problem } from '../problems/problem.ts';
import { sendProblem } from '../problems/problem.filter.ts';
import { unsupportedMediaType } from '../problems/problem-of.ts';
import { badRequest } from '../problems/refusals.ts';
import { methodsByPath } from './route-checks.ts';
import type { Route } from './routes.ts';

/** 415 for a body that is not JSON; the parser would pass it over, and its absence would be blamed instead. */
export function requireJson(request: Request, response: Response, next: NextFunction): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.get('content-length') ?? 0) > 0;
  if (!hasBody || request.is(['json', '+json'])) return next();
  sendProblem(response, unsupportedMediaType('Send the body as `Content-Type: application/json`.'));
}

/** 405 with `Allow` where the path exists and the method does not; the router alone would say 404. */
export function requireKnownMethod(routes: readonly Route[]) {
  const methodsAt = methodsByPath(routes);
  return (request: Request, response: Response, next: NextFunction): void => {
    const methods = methodsAt(request.path);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (methods.length === 0 || methods.includes(method) || methods.includes('ALL')) return next();
    const detail = `This path answers ${methods.join(', ')}.`;
    const headers = { Allow: methods.join(', ') };
    sendProblem(response, new Problem({ code: 'method_not_allowed', status: 405, title: 'Method', detail, headers }));
  };
}

const MAX_DEPTH = 32;

/**
 * 400 for a body nested so deeply that walking it could exhaust the stack, or with a NUL character, which PostgreSQL
 * cannot store: no schema of ours says so, and both would otherwise look like our own failure.
 */
export function requireStorableBody(request: Request, response: Response, next: NextFunction): void {
  let level: unknown[] = [request.body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      return sendProblem(response, badRequest('body_too_deep', `A body may be nested ${MAX_DEPTH} deep.`));
    }
    if (level.some((value) => typeof value === 'string' && value.includes('\0'))) {
      return sendProblem(response, badRequest('body_has_nul', 'A text in the body has a NUL character.'));
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  next();
}
