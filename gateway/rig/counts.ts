/** Readings by device and kind, and their sums. */
export type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function addTo(counts: Map<string, Map<string, number>>, device: string, kind: string, n: number): void {
  const kinds = counts.get(device) ?? new Map<string, number>();
  counts.set(device, kinds.set(kind, (kinds.get(kind) ?? 0) + n));
}

export function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
