/**
 * Which numbers of one epoch have arrived: the receiver's memory of a feed.
 *
 * Kept as ranges, so it stays small however long the feed runs: a gateway sends within a bounded window, so there are only
 * a few more ranges than batches dropped or still on their way.
 */

export type Range = readonly [first: number, last: number];

export class Arrivals {
  readonly #ranges: [first: number, last: number][];

  constructor(ranges: readonly Range[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  has(number: number): boolean {
    const range = this.#ranges[this.#firstEndingAtOrAfter(number)];
    return range !== undefined && range[0] <= number;
  }

  /** Adds first..last and joins the ranges it touches. */
  add(first: number, last = first): void {
    const from = this.#firstEndingAtOrAfter(first - 1);
    const merged: [number, number] = [first, last];
    let to = from;
    for (let range = this.#ranges[to]; range !== undefined && range[0] <= last + 1; range = this.#ranges[++to]) {
      merged[0] = Math.min(merged[0], range[0]);
      merged[1] = Math.max(merged[1], range[1]);
    }
    this.#ranges.splice(from, to - from, merged);
  }

  /** Which of 1..last have not arrived; `last` defaults to the highest number that has. */
  missing(last = this.#ranges.at(-1)?.[1] ?? 0): Range[] {
    const missing: Range[] = [];
    let next = 1;
    for (const [from, to] of this.#ranges) {
      if (next > last) break;
      if (from > next) missing.push([next, Math.min(from - 1, last)]);
      next = to + 1;
    }
    if (next <= last) missing.push([next, last]);
    return missing;
  }

  ranges(): readonly Range[] {
    return this.#ranges;
  }

  /** Index of the first range that ends at or after `number`. */
  #firstEndingAtOrAfter(number: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.#ranges[mid]?.[1] ?? 0) < number) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
