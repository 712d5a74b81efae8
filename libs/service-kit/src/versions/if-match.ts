import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { badRequest, preconditionRequired, versionConflict } from '../problems/refusals.ts';

/** The ETag of a version: `"7"`. Answers whose body has a whole number `version` carry it without further ado. */
export function etag(version: number): string {
  return `"${version}"`;
}

/** `@IfMatch() expectedVersion: number`: the version that the caller has seen; without it 428, malformed 400. */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number => {
    const header = context.switchToHttp().getRequest<Request>().get('if-match');
    if (header === undefined) throw preconditionRequired();
    // A weak tag cannot guard an edit (RFC 9110 §13.1.1), and `*` would guard nothing.
    const version = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
    if (version === undefined) {
      throw badRequest('if_match_invalid', 'If-Match must be one ETag as it was answered, such as "7".');
    }
    return Number(version);
  },
  [
    (target, key) => {
      const descriptor = Object.getOwnPropertyDescriptor(target, key ?? '');
      if (descriptor === undefined) return;
      const description = 'The ETag that was answered with what is being edited';
      ApiHeader({ name: 'If-Match', required: true, description, example: '"7"' })(target, key ?? '', descriptor);
    },
  ],
);

/** @throws Problem 412 `version_conflict` unless the row, read under its lock, still has the version the caller saw */
export function requireVersion(present: number, expected: number): void {
  if (present !== expected) throw versionConflict(present);
}
