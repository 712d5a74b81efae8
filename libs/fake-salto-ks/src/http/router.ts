import { measured, guessed } from './errors.ts';
import type { Route } from './route.ts';

interface Compiled {
  pattern: RegExp;
  route: Route;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route of a request. Throws 405 where only the method is wrong, else 404. */
export class Router {
  readonly #compiled: Compiled[];

  constructor(routes: readonly Route[]) {
    this.#compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));
  }

  match(method: string, path: string): Match {
    let isPathKnown = false;
    for (const { route, pattern } of this.#compiled) {
      const found = pattern.exec(path);
      if (!found) continue;
      if (route.method === method) return { route, params: { ...found.groups } };
      isPathKnown = true;
    }
    throw isPathKnown ? measured.methodNotAllowed() : guessed.notFound('Resource');
  }
}

/** `:name` is one segment, `:name(a|b)` one of those. */
function compile(path: string): RegExp {
  const source = path
    .replaceAll('.', '\\.')
    .replaceAll(/:(\w+)(?:\(([^)]*)\))?/g, (_, name: string, choice?: string) => `(?<${name}>${choice ?? '[^/]+'})`);
  return new RegExp(`^${source}/?$`);
}
