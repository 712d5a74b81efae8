import fc from 'fast-check';
import { Refusal } from '../errors.ts';
import { compileFilter } from './filter.ts';

const fields = ['name', 'size', 'at', 'user', 'isOn', 'gone'];
const item = {
  name: "O'Neill",
  size: 7,
  at: '2026-03-02T10:00:00.000Z',
  user: { email: 'Ada@Example.org' },
  isOn: true,
  gone: null,
};
const holds = (filter: string) => compileFilter(filter, fields)(item);

describe('$filter', () => {
  it.each([
    "name eq 'O''Neill'",
    "user/email eq 'ada@example.org'",
    "contains(user/email,'EXAMPLE')",
    "startswith(name, 'o') and endswith(name,'l')",
    "substringof('neill', name)",
    'size gt 6 and size le 7',
    "size lt 3 or not (name eq 'x')",
    'at ge 2026-03-02T10:00:00Z and at lt 2026-03-02T11:00:00+00:00',
    "at gt datetime'2026-03-02T09:59:59'",
    'isOn eq true and gone eq null and size ne null',
    "name eq 'x' and name eq 'y' or size eq 7",
  ])('%s holds', (filter) => {
    expect(holds(filter)).toBe(true);
  });

  it.each(["name eq 'other'", 'size lt 7', 'gone gt 1', "contains(gone,'x')", 'isOn eq false'])(
    '%s does not',
    (filter) => {
      expect(holds(filter)).toBe(false);
    },
  );

  it.each([
    "name is 'x'",
    'name eq',
    "colour eq 'red'",
    "(name eq 'x'",
    "name eq 'x' or",
    "name eq 'x",
    'name eq x',
    '%',
  ])('%s is refused', (filter) => {
    expect(() => holds(filter)).toThrow(Refusal);
  });

  it('finds any text by itself, whatever quotes it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, other) => {
        const matches = compileFilter(`name eq '${name.replaceAll("'", "''")}'`, fields);
        expect(matches({ name })).toBe(true);
        expect(matches({ name: other })).toBe(other.toLowerCase() === name.toLowerCase());
      }),
    );
  });

  it('refuses or reads any input, and never breaks', () => {
    const piece = fc.constantFrom('name', 'eq', "'x'", '(', ')', 'and', 'or', 'not', 'contains', ',', '7', 'null', "'");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          expect(typeof holds(pieces.join(' '))).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});
