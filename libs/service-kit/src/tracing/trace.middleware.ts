import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';
import { contextOf, currentTraceparent } from './trace-context.ts';

/** Continues the caller's trace, or begins one, and tells it in the answer's `traceparent`. */
export function traceRequests(request: Request, response: Response, next: NextFunction): void {
  const parent = contextOf(request.get('traceparent'));
  const span = trace.getTracer('@latchkey/service-kit').startSpan(request.method, { kind: SpanKind.SERVER }, parent);
  response.on('finish', () => {
    const route = (request.route as { path?: string } | undefined)?.path;
    if (route !== undefined) span.updateName(`${request.method} ${route}`);
    span.setAttribute('http.response.status_code', response.statusCode);
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  });
  response.on('close', () => span.end());
  context.with(trace.setSpan(parent, span), () => {
    const traceparent = currentTraceparent();
    if (traceparent !== undefined) response.setHeader('traceparent', traceparent);
    next();
  });
}
