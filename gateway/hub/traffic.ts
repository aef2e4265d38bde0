/**
 * When each gateway last sent, and how late its readings came. In memory only, of the last half to whole day.
 *
 * Lateness is counted in classes, each half as long again as the one before: a median or percentile is at most that much too high.
 */
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import { maxGateways } from './enrolled-gateways.ts';

const halfDayMs = 12 * 3_600_000;
const firstMs = 100;
const step = 1.5;
const classes = 64;

interface Window {
  readonly since: number;
  readonly counts: Uint32Array;
}

interface OfGateway {
  lastBatchAt: number;
  readings: number;
  now: Window;
  before: Window | undefined;
}

export interface TrafficOf {
  /** Epoch ms. */
  readonly lastBatchAt: number;
  /** Since this hub was started. */
  readonly readings: number;
  readonly latenessMs: { readonly p50: number; readonly p99: number } | undefined;
}

export class Traffic {
  readonly #gateways = new Map<string, OfGateway>();

  /** A batch was stored, `at` epoch ms. */
  sent({ tenant, gateway }: Origin, readings: readonly Reading[], at: number): void {
    const key = `${tenant}/${gateway}`;
    if (!this.#gateways.has(key) && this.#gateways.size >= maxGateways) return;
    const known = this.#gateways.get(key) ?? { lastBatchAt: at, readings: 0, now: windowFrom(at), before: undefined };
    if (Math.abs(at - known.now.since) >= halfDayMs) {
      known.before = known.now;
      known.now = windowFrom(at);
    }
    known.lastBatchAt = at;
    known.readings += readings.length;
    for (const { observedAt } of readings) {
      const of = classOf(at - observedAt);
      known.now.counts[of] = (known.now.counts[of] ?? 0) + 1;
    }
    this.#gateways.set(key, known);
  }

  of({ tenant, gateway }: Origin): TrafficOf | undefined {
    const known = this.#gateways.get(`${tenant}/${gateway}`);
    if (known === undefined) return undefined;
    const { lastBatchAt, readings, now, before } = known;
    const counts = now.counts.map((count, i) => count + (before?.counts[i] ?? 0));
    return { lastBatchAt, readings, latenessMs: percentiles(counts) };
  }
}

function windowFrom(since: number): Window {
  return { since, counts: new Uint32Array(classes) };
}

function classOf(latenessMs: number): number {
  if (latenessMs <= firstMs) return 0;
  return Math.min(classes - 1, Math.ceil(Math.log(latenessMs / firstMs) / Math.log(step)));
}

function percentiles(counts: Uint32Array): TrafficOf['latenessMs'] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  const at = (part: number) => {
    let below = 0;
    const reached = counts.findIndex((count) => {
      below += count;
      return below >= all * part;
    });
    return Math.round(firstMs * step ** reached);
  };
  return { p50: at(0.5), p99: at(0.99) };
}
