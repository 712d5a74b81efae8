import { z } from 'zod';
import { badRequest } from '../problems/refusals.ts';

/** `?limit&cursor`, for `@Query({ schema: pageQuery })`; extend it with filters. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

export interface Page<T> {
  items: T[];
  /** Present while there is more: send it as `cursor`. */
  nextCursor?: string;
}

/** The schema of a page of items, for `@Answers`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

/** Makes a page of `limit + 1` rows read in order; the row too many only says that there is more. */
export function page<T>(rows: readonly T[], limit: number, positionOf: (row: T) => unknown[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, nextCursor: Buffer.from(JSON.stringify(positionOf(last))).toString('base64url') };
}

/**
 * The position that a cursor stands for; the schema is of what `positionOf` gave.
 * @throws Problem 400 `cursor_invalid`
 */
export function positionAfter<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw badRequest('cursor_invalid', 'The cursor is not one that was answered here.', 'Begin again without one.');
  }
}
