/**
 * Where one device has been within the last hour.
 *
 * Promise: in the order of their own times, however late they come. Bounds: `maxPoints`, no two nearer than `apartMs`; beyond it the oldest
 * makes room. All in one Float64Array, allocated once.
 */

export const maxPoints = 360;
export const apartMs = 10_000;
/** Older points are not told. */
export const trackMs = maxPoints * apartMs;

export interface Point {
  /** Epoch ms of the observation. */
  readonly at: number;
  /** WGS 84 degrees. */
  readonly lat: number;
  readonly lon: number;
}

export interface TrackPart {
  /** Oldest first. */
  readonly points: readonly Point[];
  /** It takes the place of what was told before; otherwise it goes on from there, and the first point was told. */
  readonly isWhole: boolean;
}

/** at, lat, lon, and the order in which it came. */
const stride = 4;

export class Track {
  readonly #rows = new Float64Array(maxPoints * stride);
  #count = 0;
  /** The order of the last point that did not come at the end. */
  #mendedAt = 0;

  get lastAt(): number {
    return this.#count === 0 ? Number.NEGATIVE_INFINITY : this.#atOf(this.#count - 1);
  }

  /** `order` grows from point to point. */
  add({ at, lat, lon }: Point, order: number): void {
    let index = this.#count;
    while (index > 0 && this.#atOf(index - 1) > at) index -= 1;
    const isNear = (other: number) => other >= 0 && other < this.#count && Math.abs(this.#atOf(other) - at) < apartMs;
    if (isNear(index - 1) || isNear(index)) return;
    if (this.#count === maxPoints) {
      if (index === 0) return; // older than all
      this.#rows.copyWithin(0, stride);
      this.#count -= 1;
      index -= 1;
    }
    this.#rows.copyWithin((index + 1) * stride, index * stride, this.#count * stride);
    this.#rows.set([at, lat, lon, order], index * stride);
    if (index < this.#count) this.#mendedAt = order;
    this.#count += 1;
  }

  /** What came after `order` (0: all), of the time from `from` to `to`, epoch ms. Undefined if that is not a line. */
  since(order: number, from: number, to: number): TrackPart | undefined {
    const isWhole = order < this.#mendedAt || order === 0;
    const all = Array.from({ length: this.#count }, (_, i) => i).filter(
      (i) => this.#atOf(i) >= from && this.#atOf(i) <= to,
    );
    const firstNew = isWhole ? 0 : all.findIndex((i) => (this.#rows[i * stride + 3] ?? 0) > order);
    if (firstNew < 0) return undefined;
    const told = all.slice(Math.max(0, firstNew - 1));
    return told.length < 2 ? undefined : { points: told.map((i) => this.#pointOf(i)), isWhole };
  }

  #atOf(index: number): number {
    return this.#rows[index * stride] ?? Number.NaN;
  }

  #pointOf(index: number): Point {
    const [at = 0, lat = 0, lon = 0] = this.#rows.subarray(index * stride, index * stride + 3);
    return { at, lat, lon };
  }
}
