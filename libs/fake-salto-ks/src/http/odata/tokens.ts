import { measured } from '../errors.ts';

export type Token = { kind: 'word' | 'text' | 'symbol'; value: string };

// A quoted text ('' is one quote; a datetime'…' or guid'…' prefix is dropped), a word, or a symbol.
const pattern = /\s*(?:(?:datetime|datetimeoffset|guid)?'((?:[^']|'')*)'|([\w/.:+-]+)|([(),]))/gy;

/** Splits a `$filter`; throws 400 1100 where it cannot. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < trimmed.length) {
    const found = pattern.exec(trimmed);
    if (!found) throw measured.invalidParameter('The $filter cannot be read');
    const [, quoted, word, symbol] = found;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replaceAll("''", "'") });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol });
  }
  return tokens;
}
