/**
 * What devices have told lately, in memory, for plots: kept while the console is enabled, and empty when the process starts.
 *
 * Promise: a reading costs a few writes into arrays that are there; nothing is computed until somebody asks. Where people and vehicles were is
 * not kept. Bound: `maxSeries` quantities of `ringBytes` (series-ring.ts) each, under 5 MB in all, made when the first value comes. Beyond it a
 * new quantity takes the place of the one that was told of least recently, if that has been quiet for `staleMs`; if all are told of, the new one is
 * not kept. (To drop the least recent of those that come by turns would drop each before it comes again.)
 */
import type { Moment } from '../../shared/clock.ts';
import { WITHOUT_HISTORY } from '../../shared/history-answer.ts';
import { isDoubtful, isTime, type Reading } from '../../shared/reading.ts';
import type { Point } from './points.ts';
import { SeriesRing } from './series-ring.ts';

export const maxSeries = 560;
export const staleMs = 3_600_000;
const lookAgainMs = 60_000;

export class Recent {
  /** By device, then by quantity. */
  readonly #rings = new Map<string, Map<string, SeriesRing>>();
  #count = 0;
  /** Nothing was stale when it was last looked: monotonic ms at which it is looked again. */
  #fullUntil = Number.NEGATIVE_INFINITY;

  /** A reading that has just come, not one of the past that a device sends late. */
  note(reading: Reading, { monotonic }: Moment): void {
    const { device, kind, observedAt, values } = reading;
    if (WITHOUT_HISTORY.includes(kind) || !isTime(observedAt)) return;
    for (const quantity in values) {
      const value = values[quantity];
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const ring = this.#rings.get(device)?.get(quantity) ?? this.#newRing(device, quantity, monotonic);
      if (ring === undefined) continue;
      ring.toldAt = monotonic;
      ring.add(observedAt, value, isDoubtful(reading, quantity));
    }
  }

  /** Oldest first, from then to before then, epoch ms. */
  points(device: string, quantity: string, from: number, to: number): Iterable<Point> {
    return this.#rings.get(device)?.get(quantity)?.points(from, to) ?? [];
  }

  get series(): number {
    return this.#count;
  }

  #newRing(device: string, quantity: string, now: number): SeriesRing | undefined {
    if (this.#count >= maxSeries && !this.#forgetStale(now)) return undefined;
    const ring = new SeriesRing();
    const own = this.#rings.get(device) ?? new Map<string, SeriesRing>();
    this.#rings.set(device, own.set(quantity, ring));
    this.#count++;
    return ring;
  }

  /** Returns whether there is room now. */
  #forgetStale(now: number): boolean {
    if (now < this.#fullUntil) return false;
    let oldest: { readonly device: string; readonly quantity: string; readonly toldAt: number } | undefined;
    for (const [device, own] of this.#rings) {
      for (const [quantity, { toldAt }] of own) {
        if (oldest === undefined || toldAt < oldest.toldAt) oldest = { device, quantity, toldAt };
      }
    }
    if (oldest === undefined || now - oldest.toldAt < staleMs) {
      this.#fullUntil = now + lookAgainMs;
      return false;
    }
    const own = this.#rings.get(oldest.device);
    own?.delete(oldest.quantity);
    if (own?.size === 0) this.#rings.delete(oldest.device);
    this.#count--;
    return true;
  }
}
