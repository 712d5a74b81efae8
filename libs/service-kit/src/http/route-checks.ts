import { PUBLIC } from '../auth/access-rule.ts';
import type { Route } from './routes.ts';

/**
 * Refuses to start a service with a route that nobody decided about: who may call it, and what a repeated POST does.
 * @throws Error that names each such route
 */
export function checkRoutes(routes: readonly Route[], hasGuard: boolean): void {
  const faults = routes.flatMap((route) => {
    const name = `${route.method} ${route.path} (${route.handlerName})`;
    return [
      ...(route.rule === undefined ? [`${name} has neither @Allow(…) nor @Public()`] : []),
      ...(route.rule !== undefined && route.rule !== PUBLIC && !hasGuard
        ? [`${name} has no AuthModule to guard it`]
        : []),
      ...(route.method === 'POST' && !route.isTransactional && !route.isNotIdempotent
        ? [`${name} takes no @Transaction() and is not marked @NotIdempotent(why)`]
        : []),
    ];
  });
  if (faults.length > 0) throw new Error(`These routes are not ready to be served:\n  ${faults.join('\n  ')}`);
}

/** Finds the methods that a path knows, for 405 and `Allow`; none for a path that no route has. */
export function methodsByPath(routes: readonly Route[]): (path: string) => string[] {
  const patterns = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  };
}

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : escapeText(segment)));
  return new RegExp(`^${segments.join('/')}/?$`);
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
