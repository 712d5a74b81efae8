import type { ZodError, ZodType } from 'zod';
import { measured } from './errors.ts';

/** Parses a JSON body. A missing field is 1100, a wrong one 1101, as Salto distinguishes them. */
export function parseBody<B>(text: string, schema: ZodType<B>): B {
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw measured.invalidParameter('The body is not valid JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refusalOf(parsed.error, value);
}

function refusalOf(error: ZodError, value: unknown) {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  const message = `${path === '' ? 'body' : path}: ${issue?.message ?? 'invalid'}`;
  return isMissing(value, issue?.path ?? []) ? measured.invalidParameter(message) : measured.validation(message);
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return path.length > 0 && at === undefined;
}
