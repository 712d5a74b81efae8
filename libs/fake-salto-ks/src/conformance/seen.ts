import type { Answer } from './salto-client.ts';

export type JsonObject = Record<string, unknown>;

/** A JSON object, or an empty one in its place. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

/** What a check says that it saw of an answer: "202", "404 2202", "400 invalid_scope". Never a secret or a name. */
export function outcome({ status, body }: Answer): string {
  const { ErrorCode, error } = objectOf(body);
  const code = ErrorCode ?? error;
  return typeof code === 'string' || typeof code === 'number' ? `${status} ${code}` : String(status);
}

export const isSuccess = ({ status }: Pick<Answer, 'status'>): boolean => status >= 200 && status < 300;

/** Those of these fields that are there, in this order: equal to the whole list when nothing is missing. */
export function fieldsOf(value: unknown, names: readonly string[]): string {
  const found = names.filter((name) => name in objectOf(value));
  return found.length === 0 ? 'none of these fields' : found.join(', ');
}

/** The items of a list, which is a bare array or an envelope; nothing when it is neither. */
export function itemsOf({ body }: Pick<Answer, 'body'>): JsonObject[] | undefined {
  const items = Array.isArray(body) ? (body as unknown[]) : objectOf(body).items;
  return Array.isArray(items) ? items.map(objectOf) : undefined;
}

/** How a list is sent. */
export function listShape(answer: Answer): string {
  if (Array.isArray(answer.body)) return 'bare array';
  return itemsOf(answer) ? 'envelope' : outcome(answer);
}

export const listShapes = ['envelope', 'bare array'];
