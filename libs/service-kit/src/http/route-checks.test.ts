import { checkRoutes, methodsByPath } from './route-checks.ts';
import type { Route } from './routes.ts';

const route = (method: string, path: string, more: Partial<Route> = {}): Route => ({
  method,
  path,
  handlerName: 'Some.handler',
  rule: { member: true },
  isTransactional: true,
  isNotIdempotent: false,
  ...more,
});

test('the methods of a path are those of every route that matches it', () => {
  const methodsAt = methodsByPath([
    route('GET', '/bookings'),
    route('POST', '/bookings'),
    route('GET', '/bookings/:id'),
    route('DELETE', '/bookings/:id'),
    route('GET', '/bookings/mine'),
    route('GET', '/v1.0/status'),
  ]);
  expect(methodsAt('/bookings')).toEqual(['GET', 'POST']);
  expect(methodsAt('/bookings/')).toEqual(['GET', 'POST']);
  expect(methodsAt('/bookings/mine')).toEqual(['DELETE', 'GET']);
  expect(methodsAt('/bookings/1/cancel')).toEqual([]);
  expect(methodsAt('/v1x0/status')).toEqual([]);
  expect(methodsAt('/docs')).toEqual([]);
});

test('every undecided route is named at once', () => {
  const routes = [
    route('GET', '/a', { rule: undefined }),
    route('POST', '/b', { isTransactional: false }),
    route('POST', '/c', { isTransactional: false, isNotIdempotent: true }),
    route('GET', '/d', { rule: 'public' }),
  ];
  expect(() => checkRoutes(routes, true)).toThrow(/GET \/a .*\n.*POST \/b /);
  expect(() => checkRoutes(routes.slice(2), true)).not.toThrow();
  expect(() => checkRoutes([route('GET', '/e')], false)).toThrow('GET /e (Some.handler) has no AuthModule to guard it');
});
