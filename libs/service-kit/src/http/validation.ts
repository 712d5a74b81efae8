import { StandardSchemaValidationPipe } from '@nestjs/common';
import { invalid } from '../problems/refusals.ts';

/** Validates what carries a schema (`@Body({ schema })`), and hands the parsed value on. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    transform: true,
    exceptionFactory: (issues) => invalid(issues.map(({ message, path }) => ({ path: pathOf(path), message }))),
  });
}

function pathOf(path: readonly (PropertyKey | { key: PropertyKey })[] = []): string {
  return path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
}
