/**
 * What devices have told since the page was opened, for plots. In the page's memory only.
 *
 * Bounds: the newest `maxPoints` of a quantity, and the `maxSeries` that were told of last.
 */
import { isDoubtful } from '../../../shared/reading.ts';
import type { Status } from '../../status/status.ts';

export const maxPoints = 720;
const maxSeries = 2_000;

/** Oldest first. */
export interface Series {
  /** Epoch ms of the observation. */
  readonly at: number[];
  readonly values: number[];
  readonly isDoubtful: boolean[];
}

export class History {
  /** By device and quantity; those told of last are last. */
  readonly #series = new Map<string, Series>();
  #seen: Status['devices'] = {};

  /** A status whose unchanged parts are the same objects as the last time (same.ts). */
  take(devices: Status['devices']): void {
    for (const [id, { last }] of Object.entries(devices)) {
      if (last === undefined || last === this.#seen[id]?.last) continue;
      for (const [quantity, value] of Object.entries(last.values)) {
        if (typeof value === 'number')
          this.#add(nameOf(id, quantity), last.observedAt, value, isDoubtful(last, quantity));
      }
    }
    this.#seen = devices;
  }

  of(device: string, quantity: string): Series | undefined {
    return this.#series.get(nameOf(device, quantity));
  }

  /** What was observed no later than the last is history of another kind, or the clock was set back: it begins anew then. */
  #add(name: string, at: number, value: number, doubtful: boolean): void {
    let series = this.#series.get(name) ?? { at: [], values: [], isDoubtful: [] };
    const lastAt = series.at.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (at === lastAt) return;
    if (at < lastAt) series = { at: [], values: [], isDoubtful: [] };
    series.at.push(at);
    series.values.push(value);
    series.isDoubtful.push(doubtful);
    if (series.at.length > maxPoints) for (const each of Object.values(series)) each.shift();
    this.#series.delete(name);
    this.#series.set(name, series);
    const [oldest] = this.#series.keys();
    if (this.#series.size > maxSeries && oldest !== undefined) this.#series.delete(oldest);
  }
}

function nameOf(device: string, quantity: string): string {
  return `${device} ${quantity}`; // a device's id has no blank
}
