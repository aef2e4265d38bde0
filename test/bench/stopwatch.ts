/** Small helpers for measuring. */

export function perSecond(count: number, work: () => void): number {
  const startedAt = performance.now();
  work();
  return Math.round((count * 1000) / (performance.now() - startedAt));
}

export async function perSecondAsync(count: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round((count * 1000) / (performance.now() - startedAt));
}

/** The value below which the given share (0–1) of the sorted numbers lies. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Waits until something is so, looking every few milliseconds; rejects after `maxMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, maxMs: number, what: string): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > maxMs)
      throw new Error(`the benchmark waited ${maxMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
