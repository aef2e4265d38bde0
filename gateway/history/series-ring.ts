/**
 * The last of one quantity: each of the newest `maxFine` values, and for a week the least, greatest and mean of each half-hour.
 *
 * Values in doubt are only among the fine ones. A time before the last (messages that overtook each other) counts for its half-hour; one from
 * more than `maxBackMs` before says that a clock was set back: the ring starts empty again. Bound: `ringBytes`, whatever comes.
 */
import type { Point } from './points.ts';

export const maxFine = 360;
export const coarseMs = 30 * 60_000;
/** A week. */
export const maxCoarse = 336;
const maxBackMs = 3_600_000;

/** Time, value and doubt of a fine one; least, greatest and mean of a coarse one; and what the objects around them take. */
export const ringBytes = maxFine * (8 + 4 + 1) + maxCoarse * 3 * 4 + 1_000;

export class SeriesRing {
  /** When it was last told of, monotonic ms. */
  toldAt = 0;
  readonly #at = new Float64Array(maxFine);
  readonly #values = new Float32Array(maxFine);
  readonly #isDoubtful = new Uint8Array(maxFine);
  /** All that were ever taken; the newest is at `(#taken - 1) % maxFine`. */
  #taken = 0;
  readonly #low = new Float32Array(maxCoarse).fill(Number.NaN);
  readonly #high = new Float32Array(maxCoarse);
  readonly #mean = new Float32Array(maxCoarse);
  /** The number of the newest half-hour, from the epoch, how many values are in it, and their sum. */
  #newest = Number.NaN;
  #count = 0;
  #sum = 0;

  add(at: number, value: number, isDoubtful: boolean): void {
    const last = this.#lastAt();
    if (at < last - maxBackMs) this.#begin();
    if (!isDoubtful) this.#addCoarse(at, value);
    if (at <= last && at >= last - maxBackMs) return;
    const place = this.#taken++ % maxFine;
    this.#at[place] = at;
    this.#values[place] = value;
    this.#isDoubtful[place] = isDoubtful ? 1 : 0;
  }

  /** What was observed from then to before then, epoch ms, oldest first: the newest each, what is older by half-hours. */
  *points(from: number, to: number): Generator<Point> {
    const oldest = Math.max(0, this.#taken - maxFine);
    const fineFrom = this.#taken === 0 ? to : (this.#at[oldest % maxFine] ?? to);
    // Nothing has been overwritten: the fine ones are all there are.
    if (oldest > 0) yield* this.#coarse(from, Math.min(to, fineFrom));
    for (let i = oldest; i < this.#taken; i++) {
      const at = this.#at[i % maxFine] ?? 0;
      if (at < from || at >= to) continue;
      const value = this.#values[i % maxFine] ?? Number.NaN;
      yield { at, low: value, high: value, mean: value, count: 1, isDoubtful: this.#isDoubtful[i % maxFine] === 1 };
    }
  }

  *#coarse(from: number, to: number): Generator<Point> {
    if (Number.isNaN(this.#newest)) return;
    const first = Math.max(Math.floor(from / coarseMs), this.#newest - maxCoarse + 1);
    // The half-hour that the fine ones begin within would be told twice.
    for (let bucket = first; (bucket + 1) * coarseMs <= to && bucket <= this.#newest; bucket++) {
      const place = bucket % maxCoarse;
      const [low, high, mean] = [this.#low[place], this.#high[place], this.#mean[place]];
      if (low === undefined || high === undefined || mean === undefined || Number.isNaN(low)) continue;
      yield { at: (bucket + 0.5) * coarseMs, low, high, mean, count: 1, isDoubtful: false, spanMs: coarseMs };
    }
  }

  #addCoarse(at: number, value: number): void {
    const bucket = Math.floor(at / coarseMs);
    if (bucket < this.#newest) return;
    if (bucket !== this.#newest) this.#turnTo(bucket);
    const place = bucket % maxCoarse;
    this.#count++;
    this.#sum += value;
    this.#low[place] = this.#count === 1 ? value : Math.min(this.#low[place] ?? value, value);
    this.#high[place] = this.#count === 1 ? value : Math.max(this.#high[place] ?? value, value);
    this.#mean[place] = this.#sum / this.#count;
  }

  /** The half-hours that were passed over had nothing. */
  #turnTo(bucket: number): void {
    const from = Number.isNaN(this.#newest) ? bucket : Math.max(this.#newest + 1, bucket - maxCoarse + 1);
    for (let each = from; each <= bucket; each++) this.#low[each % maxCoarse] = Number.NaN;
    this.#newest = bucket;
    this.#count = 0;
    this.#sum = 0;
  }

  #lastAt(): number {
    return this.#taken === 0 ? Number.NEGATIVE_INFINITY : (this.#at[(this.#taken - 1) % maxFine] ?? 0);
  }

  #begin(): void {
    this.#taken = 0;
    this.#low.fill(Number.NaN);
    this.#newest = Number.NaN;
  }
}
