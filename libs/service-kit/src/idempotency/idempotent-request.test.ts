import fc from 'fast-check';
import { canonicalJson } from './idempotent-request.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The same value with the members of each object the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  );
}

test('a body is the same whatever the order of its members', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(turned(value as Json)) === canonicalJson(value)));
});

test('and another one when any value differs', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const areSame = JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(turned(b as Json));
      return areSame || canonicalJson({ body: a }) !== canonicalJson({ body: b });
    }),
  );
  expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
  expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: '1' }));
});
