import type { NextFunction, Request, Response } from 'express';
import { metrics } from './metrics.ts';

const duration = metrics.histogram('latchkey_http_request_duration_seconds', 'HTTP requests by route and status', [
  'method',
  'route',
  'status',
]);

/** Times each answered request under its route's pattern, never under its path: ids would make a series each. */
export function timeRequests(request: Request, response: Response, next: NextFunction): void {
  const end = duration.startTimer();
  response.on('finish', () => {
    const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
    end({ method: request.method, route, status: String(response.statusCode) });
  });
  next();
}
