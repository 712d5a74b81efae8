import fc from 'fast-check';
import { z } from 'zod';
import { page, pageQuery, positionAfter } from './page.ts';

const position = z.tuple([z.string(), z.number()]);
interface Row {
  name: string;
  id: number;
}
const positionOf = ({ name, id }: Row) => [name, id];

/** What a query `WHERE (name, id) > position ORDER BY name, id LIMIT limit + 1` would give. */
function read(rows: readonly Row[], limit: number, cursor: string | undefined): Row[] {
  const after = positionAfter(cursor, position);
  const start = after === undefined ? 0 : rows.findIndex(({ id }) => id === after[1]) + 1;
  return rows.slice(start, start + limit + 1);
}

test('following cursors gives every row once, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (names, limit) => {
      const rows = names.map((name, id) => ({ name, id }));
      const seen: Row[] = [];
      let cursor: string | undefined;
      do {
        const { items, nextCursor } = page(read(rows, limit, cursor), limit, positionOf);
        expect(items.length).toBeLessThanOrEqual(limit);
        seen.push(...items);
        cursor = nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(rows);
    }),
  );
});

test.each(['', 'nonsense', Buffer.from('["a"]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
  'the cursor %p, which was never answered, is refused',
  (cursor) => {
    expect(() => positionAfter(cursor, position)).toThrow('cursor_invalid');
  },
);

test('a page holds 50 unless asked for more, and never over 200', () => {
  expect(pageQuery.parse({})).toEqual({ limit: 50 });
  expect(pageQuery.parse({ limit: '200' })).toEqual({ limit: 200 });
  for (const limit of ['0', '201', 'x', '1.5']) expect(pageQuery.safeParse({ limit }).success).toBe(false);
});
