import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction.ts';
import { claimKey, storeAnswer } from './idempotency-keys.ts';
import { idempotentRequest, type IdempotentRequest } from './idempotent-request.ts';
import { isNotIdempotent, isTransactional, rememberTransaction } from './transaction.decorator.ts';

/** Wraps handlers that take `@Transaction()`; see there. */
@Injectable()
export class TransactionInterceptor implements NestInterceptor {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http' || !isTransactional(context.getHandler())) return next.handle();
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const keyed = isNotIdempotent(context.getHandler()) ? undefined : keyOf(request);
    return from(inTransaction(this.#dataSource, (em) => answer(em, request, response, next, keyed)));
  }
}

function keyOf(request: Request): IdempotentRequest | undefined {
  return request.method === 'POST' ? idempotentRequest(request) : undefined;
}

async function answer(
  em: EntityManager,
  request: Request,
  response: Response,
  next: CallHandler,
  keyed: IdempotentRequest | undefined,
): Promise<unknown> {
  rememberTransaction(request, em);
  const handle = () => lastValueFrom<unknown, undefined>(next.handle(), { defaultValue: undefined });
  if (keyed === undefined) return handle();
  const stored = await claimKey(em, keyed);
  if (stored !== undefined) {
    response.status(stored.status).setHeader('Idempotency-Replayed', 'true');
    return stored.body;
  }
  const body = await handle();
  await storeAnswer(em, keyed, { status: response.statusCode, body });
  return body;
}
