import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from './caller.ts';

const callers = new WeakMap<object, Caller>();

export function rememberCaller(request: object, caller: Caller): void {
  callers.set(request, caller);
}

/** The caller of a request that passed the guard; undefined on public routes. */
export function callerOf(request: object): Caller | undefined {
  return callers.get(request);
}

/** Injects the request's `Caller` into a handler. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<object>());
  if (caller === undefined) throw new Error('@CurrentCaller() on a public route');
  return caller;
});
