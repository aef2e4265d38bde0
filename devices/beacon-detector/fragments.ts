/**
 * Joins the fragments of extended advertisements.
 *
 * Bounds: `maxPartial` advertisements at a time (the oldest gives way), `maxDataBytes` each (Core Spec Vol 6 Part B
 * §2.3.4.9 allows 1,650; a longer one is forgotten), and `maxWaitMs` for the next fragment. Forgetting one costs little:
 * the next advertisement comes soon.
 */
import type { AdvertisingReport } from './advertising-report.ts';

export const maxPartial = 64;
export const maxDataBytes = 1_650;
const maxWaitMs = 2_000;

interface Partial {
  readonly data: Uint8Array;
  readonly until: number;
}

export class Fragments {
  readonly #partial = new Map<string, Partial>();

  /** The report with all its data once it is complete or its rest is lost; undefined while more is to come. */
  add(report: AdvertisingReport, now: number): AdvertisingReport | undefined {
    if (report.dataStatus === 'complete' && this.#partial.size === 0) return report;
    const key = `${report.addressType}/${report.address}/${report.set}`;
    const before = this.#partial.get(key);
    this.#partial.delete(key);
    const data = before && before.until > now ? joined(before.data, report.data) : report.data;
    if (data.length > maxDataBytes) return undefined;
    if (report.dataStatus !== 'more') return { ...report, data };
    const [oldest] = this.#partial.keys();
    if (oldest !== undefined && this.#partial.size >= maxPartial) this.#partial.delete(oldest);
    this.#partial.set(key, { data: data.slice(), until: now + maxWaitMs });
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
