import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemCodes } from './problem-codes.ts';

const thrown = /(?:conflict|forbidden|unprocessable|badRequest)\(\s*'([a-z_]+)'|\bcode: '([a-z_]+)'/g;

function codesInSource(): Set<string> {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^testing\//.test(file));
  const text = sources.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n');
  return new Set([...text.matchAll(thrown)].map(([, called, literal]) => called ?? literal ?? ''));
}

test('every code that is thrown is documented, and every documented code is thrown', () => {
  expect([...codesInSource()].sort()).toEqual(Object.keys(problemCodes).sort());
});
