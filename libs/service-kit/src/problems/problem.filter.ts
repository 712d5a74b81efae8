import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { logger } from '../logging/logger.ts';
import { currentTraceId } from '../tracing/trace-context.ts';
import type { ConstraintProblems } from './database-problem.ts';
import { Problem } from './problem.ts';
import { problemOf } from './problem-of.ts';

const log = logger('http');

/** Answers every error as a problem document; what nobody expected is logged whole and answered without internals. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #constraints: ConstraintProblems;

  constructor(constraints: ConstraintProblems) {
    this.#constraints = constraints;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    // Events are answered by nobody: their own strategy decides what a failure means.
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = problemOf(error, this.#constraints);
    if (problem.status >= 500) log.error({ error, method: request.method, path: request.path }, problem.message);
    sendProblem(response, problem);
  }
}

/** Writes the problem document (RFC 9457). */
export function sendProblem(response: Response, problem: Problem): void {
  // Half an answer cannot be taken back; the connection's end tells the caller.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, status, title, detail, remedy, extras, headers } = problem;
  const type = `urn:latchkey:problem:${code}`;
  response
    .status(status)
    .set({ ...headers, 'Cache-Control': 'no-store' })
    .type('application/problem+json')
    .send(JSON.stringify({ type, title, status, detail, code, remedy, traceId: currentTraceId(), ...extras }));
}
