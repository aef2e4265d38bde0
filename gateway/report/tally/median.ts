/** The weighted median: the least value that at least half of the weight is not above. NaN of nothing. */
export function medianOf(samples: readonly (readonly [value: number, weight: number])[]): number {
  const sorted = samples.toSorted(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let below = 0;
  for (const [value, weight] of sorted) {
    below += weight;
    if (below >= all / 2) return value;
  }
  return Number.NaN;
}
