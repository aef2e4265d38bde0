/**
 * What a month tells of one device: how often it reports, and for how long it was silent.
 *
 * The rules, as the report states them:
 * - Readings less than a second apart are one report. Alarms are the gateway's words, not the device's, and do not count.
 * - Its interval is the median pause between reports, day by day: the weighted median of the days' medians. It has one only with
 *   `enoughPauses` pauses, at least half of them within a quarter of it. What reports when something happens has none.
 * - It may be quiet for its `expect-every`, else for `patience` intervals. Longer is silence: the time from then to its next report.
 * - It is measured from the beginning of the period if it was heard in the `lookBackMs` before, else from its first reading.
 *
 * Memory: some numbers a day.
 */
import type { LookUpRow } from '../../destinations/archive/look-up.ts';
import { medianOf } from './median.ts';

export const patience = 3;
export const reportMs = 1_000;
/** As policy/rhythm.ts: so many are enough to judge by. */
const enoughPauses = 8;
export const nearPart = 0.25;

export interface DeviceNames {
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  readonly type: string | undefined;
  readonly kinds: readonly string[];
  readonly group: string | undefined;
  readonly place: string | undefined;
}

export interface Silence {
  readonly from: number;
  readonly to: number;
  /** It had not reported again when the period, or what is known of it, ended. */
  readonly isOpen: boolean;
}

/** How long a device may be quiet, and why. */
export interface Allowance {
  readonly quietMs: number;
  readonly rule: 'setting' | 'interval';
}

/** A row of the query of a day (queries.ts). */
export interface DayRow extends LookUpRow {
  readonly readings: number;
  readonly first: number;
  readonly last: number;
  readonly pauses: number | null;
  readonly near: number | null;
  readonly median: number | null;
  readonly longest: number | null;
  readonly longest_end: number | null;
}

export class DeviceTally {
  readonly names: DeviceNames;
  readings = 0;
  reports = 0;
  /** Epoch ms; within the period. */
  first: number | undefined;
  last: number | undefined;
  /** Its last reading before the period, if there is one near enough. */
  lastBefore: number | undefined;
  readonly doubtful = new Map<string, number>();
  longest: Silence | undefined;
  measuredMs = 0;
  silentMs = 0;
  /** Of each day: the part of the measured time in which it was not silent; NaN if nothing was measured. */
  readonly availability: Float64Array;
  /** Of each day, epoch ms: its first and last reading; NaN if it sent none. */
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  /** Of each day: the longest pause within it, ms. */
  readonly pauses: Float64Array;
  /** Its interval, ms; undefined if it has none that can be told. Known once it is judged, as is the next. */
  intervalMs: number | undefined;
  /** Undefined if nothing can be said: it has neither a setting nor an interval, or its setting lets it be quiet for ever. */
  allowance: Allowance | undefined;
  readonly #expectEveryMs: number | undefined;
  /** The days' medians with how many pauses they stand for, and the pauses over midnight. */
  readonly #samples: [ms: number, weight: number][] = [];
  #near = 0;
  #pauses = 0;

  constructor(names: DeviceNames, days: number, expectEveryMs: number | undefined) {
    this.names = names;
    this.#expectEveryMs = expectEveryMs;
    this.availability = new Float64Array(days).fill(Number.NaN);
    this.firsts = new Float64Array(days).fill(Number.NaN);
    this.lasts = new Float64Array(days).fill(Number.NaN);
    this.pauses = new Float64Array(days);
  }

  /** The days before the period: what they tell of its interval. */
  before(row: DayRow): void {
    this.#sample(row);
  }

  /** Call in the order of the days. */
  day(index: number, row: DayRow): void {
    const { readings, first, last, pauses, longest, longest_end: end } = row;
    const previous = this.last ?? this.lastBefore;
    this.firsts[index] = first;
    this.lasts[index] = last;
    this.pauses[index] = longest ?? 0;
    this.readings += readings;
    this.reports += (pauses ?? 0) + 1;
    if (previous !== undefined) this.#overMidnight(first - previous);
    this.first ??= first;
    this.last = last;
    this.#sample(row);
    if (longest !== null && end !== null) this.silent({ from: end - longest, to: end, isOpen: false });
    if (previous !== undefined) this.silent({ from: previous, to: first, isOpen: false });
  }

  /** Keeps the longest. */
  silent(silence: Silence): void {
    const length = ({ from, to }: Silence) => to - from;
    if (this.longest === undefined || length(silence) > length(this.longest)) this.longest = silence;
  }

  /** When its time begins to count, epoch ms; undefined if it was never heard. */
  measuredFrom(from: number): number | undefined {
    return this.lastBefore === undefined ? this.first : from;
  }

  /** Call once when all days are in. */
  judge(): void {
    this.intervalMs = this.#interval();
    if (this.#expectEveryMs === 0) return;
    if (this.#expectEveryMs !== undefined) this.allowance = { quietMs: this.#expectEveryMs, rule: 'setting' };
    else if (this.intervalMs !== undefined) {
      this.allowance = { quietMs: Math.round(this.intervalMs * patience), rule: 'interval' };
    }
  }

  /** It was known before and sent nothing at all: silent, whatever its interval. */
  get isDead(): boolean {
    return this.readings === 0 && this.lastBefore !== undefined && this.#expectEveryMs !== 0;
  }

  /** Reports that its interval lets expect in the measured time; undefined if it has none. */
  get expected(): number | undefined {
    const { intervalMs } = this;
    return intervalMs === undefined ? undefined : Math.round(this.measuredMs / intervalMs);
  }

  /** Part of the measured time in which it was not silent; undefined if nothing can be said. */
  get available(): number | undefined {
    const isKnown = this.allowance !== undefined || this.isDead;
    return isKnown && this.measuredMs > 0 ? 1 - this.silentMs / this.measuredMs : undefined;
  }

  #interval(): number | undefined {
    if (this.#pauses < enoughPauses) return undefined;
    const median = medianOf(this.#samples);
    const isNear = (ms: number) => Math.abs(ms - median) <= median * nearPart;
    const single = this.#samples.filter(([ms, weight]) => weight === 1 && isNear(ms)).length;
    return this.#near + single >= this.#pauses / 2 ? median : undefined;
  }

  #sample({ pauses, near, median }: DayRow): void {
    if (median === null || pauses === null) return;
    // A single pause is weighed as those over midnight are, and judged with them.
    this.#samples.push([median, pauses]);
    this.#near += pauses === 1 ? 0 : (near ?? 0);
    this.#pauses += pauses;
  }

  #overMidnight(ms: number): void {
    if (ms < reportMs) return void this.reports--;
    this.#samples.push([ms, 1]);
    this.#pauses++;
  }
}
