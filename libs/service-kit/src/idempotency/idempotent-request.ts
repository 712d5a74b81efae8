import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { callerKey } from '../auth/caller.ts';
import { callerOf } from '../auth/current-caller.ts';
import { badRequest } from '../problems/refusals.ts';

/** What identifies a repeated request: the key counts per caller and per path, and its body must be the same. */
export interface IdempotentRequest {
  caller: string;
  route: string;
  key: string;
  bodySha256: Buffer;
}

/** The request's `Idempotency-Key` in its scope; undefined without the header. @throws Problem 400 for a malformed key */
export function idempotentRequest(request: Request): IdempotentRequest | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw badRequest('idempotency_key_invalid', 'Idempotency-Key must be 1 to 255 printable ASCII characters.');
  }
  return {
    caller: callerKey(callerOf(request)),
    // The concrete path: the same key on two bookings' /cancel is two requests.
    route: `${request.method} ${request.path}`,
    key,
    bodySha256: createHash('sha256')
      .update(canonicalJson({ query: request.query, body: request.body as unknown }))
      .digest(),
  };
}

/** JSON with sorted members: clients may order them as they like in a repetition. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
