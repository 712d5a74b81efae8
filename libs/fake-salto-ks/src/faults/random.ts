/**
 * A number from 0 up to 1, always the same for the same seed, name and count: chance that can be repeated. Names keep
 * what draws apart, so that one more draw by one of them does not change what another gets.
 */
export function draw(seed: number, name: string, count: number): number {
  let hash = 2166136261 ^ seed;
  for (const unit of `${name} ${count}`) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619);
  // The finalizer of MurmurHash3: neighbouring counts would otherwise give neighbouring numbers.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
