import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

const TRANSACTIONAL = 'latchkey:transactional';
const NOT_IDEMPOTENT = 'latchkey:not-idempotent';
const managers = new WeakMap<object, EntityManager>();

/**
 * `@Transaction() em: EntityManager`: the handler runs in one transaction, which commits before the answer is sent and
 * rolls back when it throws. On a POST the answer is kept in it under the request's Idempotency-Key; every POST route
 * must take it (or say `@NotIdempotent`), or the service refuses to start. Do not call other systems while in it.
 */
export const Transaction = createParamDecorator(
  (_data: unknown, context: ExecutionContext): EntityManager => {
    const em = managers.get(context.switchToHttp().getRequest<object>());
    if (em === undefined) throw new Error('@Transaction() needs the TransactionModule');
    return em;
  },
  [(target, key) => Reflect.defineMetadata(TRANSACTIONAL, true, handlerOf(target, key))],
);

/**
 * A POST route that changes nothing of ours, or is repeatable by nature. Its answers are not kept, even with a key. The
 * reason is for the reader.
 */
export function NotIdempotent(reason: string): MethodDecorator {
  return SetMetadata(NOT_IDEMPOTENT, reason);
}

export function rememberTransaction(request: object, em: EntityManager): void {
  managers.set(request, em);
}

export function isTransactional(handler: object): boolean {
  return Reflect.getMetadata(TRANSACTIONAL, handler) === true;
}

export function isNotIdempotent(handler: object): boolean {
  return Reflect.hasMetadata(NOT_IDEMPOTENT, handler);
}

function handlerOf(target: object, key: string | symbol | undefined): object {
  return (target as Record<string | symbol, object>)[key ?? ''] ?? target;
}
