import { measured } from '../errors.ts';
import { tokenize, type Token } from './tokens.ts';

export type Predicate = (item: object) => boolean;
type Value = string | number | boolean | null;

/**
 * Compiles the OData `$filter` subset that clients of Salto KS use: `and or not ( )`, `eq ne gt ge lt le`,
 * `contains startswith endswith substringof`, paths such as `user/email`; text compares without case, date-times as
 * instants. Throws 400 1100 for anything else and for a path that does not begin with one of `fields`.
 */
export function compileFilter(text: string, fields: readonly string[]): Predicate {
  const parser = new Parser(tokenize(text), fields);
  const predicate = parser.or();
  parser.end();
  return predicate;
}

class Parser {
  readonly #tokens: Token[];
  readonly #fields: readonly string[];
  #at = 0;

  constructor(tokens: Token[], fields: readonly string[]) {
    this.#tokens = tokens;
    this.#fields = fields;
  }

  or(): Predicate {
    const left = this.#and();
    if (!this.#accept('word', 'or')) return left;
    const right = this.or();
    return (item) => left(item) || right(item);
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw unreadable();
  }

  #and(): Predicate {
    const left = this.#term();
    if (!this.#accept('word', 'and')) return left;
    const right = this.#and();
    return (item) => left(item) && right(item);
  }

  #term(): Predicate {
    if (this.#accept('word', 'not')) {
      const inner = this.#term();
      return (item) => !inner(item);
    }
    if (this.#accept('symbol', '(')) {
      const inner = this.or();
      this.#expect(')');
      return inner;
    }
    const word = this.#take('word');
    return this.#accept('symbol', '(') ? this.#call(word) : this.#comparison(word);
  }

  #call(name: string): Predicate {
    const test = textTests[name];
    if (!test) throw unreadable();
    const { path, needle } = name === 'substringof' ? this.#needleThenPath() : this.#pathThenNeedle();
    this.#expect(')');
    return (item) => test(lower(read(item, path)), lower(needle));
  }

  #pathThenNeedle() {
    const path = this.#path(this.#take('word'));
    this.#expect(',');
    return { path, needle: this.#literal() };
  }

  /** OData 3's `substringof` has its arguments the other way round. */
  #needleThenPath() {
    const needle = this.#literal();
    this.#expect(',');
    return { needle, path: this.#path(this.#take('word')) };
  }

  #comparison(word: string): Predicate {
    const path = this.#path(word);
    const compare = comparisons[this.#take('word')];
    if (!compare) throw unreadable();
    const orderOf = orderAgainst(this.#literal());
    return (item) => compare(orderOf(read(item, path)));
  }

  #path(word: string): string[] {
    const path = word.split('/');
    if (!this.#fields.includes(path[0] ?? '')) throw measured.invalidParameter(`Unknown field '${word}' in $filter`);
    return path;
  }

  #literal(): Value {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'text') return token.value;
    if (token?.kind !== 'word') throw unreadable();
    if (token.value in constants) return constants[token.value] ?? null;
    const number = Number(token.value);
    if (!Number.isNaN(number)) return number;
    if (/^\d{4}-\d\d-\d\d/.test(token.value)) return token.value;
    throw unreadable();
  }

  #accept(kind: Token['kind'], value: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.value !== value) return false;
    this.#at += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#accept('symbol', symbol)) throw unreadable();
  }

  #take(kind: Token['kind']): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== kind) throw unreadable();
    return token.value;
  }
}

const unreadable = () => measured.invalidParameter('The $filter cannot be read');

const constants: Record<string, Value> = { true: true, false: false, null: null };

const comparisons: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

const textTests: Record<string, (text: string, needle: string) => boolean> = {
  contains: (text, needle) => text.includes(needle),
  substringof: (text, needle) => text.includes(needle),
  startswith: (text, needle) => text.startsWith(needle),
  endswith: (text, needle) => text.endsWith(needle),
};

/** The value at a path of an item; null where there is nothing. */
export function read(item: object, path: readonly string[]): Value {
  let at: unknown = item;
  for (const key of path) at = at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : null;
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? at : null;
}

/**
 * How values stand to a literal: negative, zero or positive; NaN (which satisfies only `ne`) when they cannot be
 * compared. What depends on the literal alone is done once, since a filter runs over every user of a site.
 */
function orderAgainst(literal: Value): (value: Value) => number {
  if (literal === null) return (value) => (value === null ? 0 : NaN);
  if (typeof literal !== 'string') return (value) => (value === null ? NaN : Number(value) - Number(literal));
  const instant = instantOf(literal);
  if (instant === null) return (value) => (value === null ? NaN : order(value, literal));
  return (value) => (instantOf(String(value)) ?? NaN) - instant;
}

/** Sorts texts without case, and date-times of one form as text; nothing comes first. */
export function order(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [lower(left), lower(right)];
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Naive date-times compare with each other as if they were UTC, whatever zone this process runs in. */
function instantOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const instant = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(instant) ? null : instant;
}

const lower = (value: Value) => String(value ?? '').toLowerCase();
