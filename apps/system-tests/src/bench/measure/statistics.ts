/** The value that a share of the others does not exceed (nearest rank), of any number of values but none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** `1.23 s`, or `45 ms`. */
export function duration(ms: number): string {
  return Math.abs(ms) < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** `p50 0.61 s, p99 1.20 s, longest 1.31 s` */
export function spread(values: readonly number[]): string {
  const [p50, p99, longest] = [0.5, 0.99, 1].map((share) => duration(percentile(values, share)));
  return `p50 ${p50}, p99 ${p99}, longest ${longest}`;
}
