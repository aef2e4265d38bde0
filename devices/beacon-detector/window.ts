/** What is kept of a tag within a window: times, a count and the signal, never the advertisements. */
import type { Moment } from '../../shared/clock.ts';

export interface Window {
  /** Monotonic ms. */
  readonly closesAt: number;
  /** Epoch ms of the first and the last advertisement. */
  readonly firstAt: number;
  lastAt: number;
  count: number;
  rssiCount: number;
  rssiSum: number;
  rssiMax: number;
}

export function beginWindow(at: Moment, windowMs: number): Window {
  return {
    closesAt: at.monotonic + windowMs,
    firstAt: at.wall,
    lastAt: at.wall,
    count: 0,
    rssiCount: 0,
    rssiSum: 0,
    rssiMax: Number.NEGATIVE_INFINITY,
  };
}

/** `rssi`: dBm, if it is known. */
export function countIn(window: Window, at: Moment, rssi: number | undefined): void {
  window.lastAt = at.wall;
  window.count++;
  if (rssi === undefined) return;
  window.rssiCount++;
  window.rssiSum += rssi;
  window.rssiMax = Math.max(window.rssiMax, rssi);
}

/** The strongest and the mean signal, dBm; empty if no advertisement had one. */
export function signalOf({ rssiCount, rssiSum, rssiMax }: Window): { rssi?: number; rssiMean?: number } {
  return rssiCount === 0 ? {} : { rssi: rssiMax, rssiMean: Math.round((rssiSum / rssiCount) * 10) / 10 };
}
