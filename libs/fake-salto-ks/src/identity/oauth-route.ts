import type { Answer } from '../http/answer.ts';
import type { Incoming, Method, Route } from '../http/route.ts';

interface Spec {
  method: Method;
  path: string;
  handle: (incoming: Incoming) => Answer | Promise<Answer>;
}

/** An endpoint that needs no token: it checks what it needs itself. */
export function oauthRoute({ method, path, handle }: Spec): Route {
  return { method, path, prepare: (incoming) => () => handle(incoming) };
}
