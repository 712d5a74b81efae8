import { AsyncLocalStorage } from 'node:async_hooks';

const scope = new AsyncLocalStorage<object>();

/** Runs `fn` so that every log line it causes carries these fields too: which event is being handled, for instance. */
export function withLogFields<T>(fields: object, fn: () => T): T {
  return scope.run({ ...scope.getStore(), ...fields }, fn);
}

/** The fields of the present scope. */
export function logFields(): object {
  return scope.getStore() ?? {};
}
